import type { StreamIndexReader } from './stream-index-reader';

const TRACKED_FAMILIES = 100_000;

/**
 * Tells of most new claims that nobody holds them without asking the index. A key's family is all up to its last separator
 * (the receipts of one till); tills count upwards, so a key above every key of its family that was ever taken is free.
 * A ceiling is never too low: it begins at what the index holds, before the first key is taken here, and every taken key
 * raises it. Families beyond the bound are not tracked and cost a look-up.
 */
export class ClaimCeilings {
  private readonly ceilings = new Map<string, string>();

  constructor(private readonly index: Pick<StreamIndexReader, 'greatestClaim'>) {}

  /** False where the index has to be asked. */
  isAboveAll(key: string): boolean {
    const ceiling = this.ceilingOf(familyOf(key));
    return ceiling !== undefined && key > ceiling && isAscii(key);
  }

  /** Whether or not the append that takes it becomes durable. */
  raiseTo(key: string): void {
    const family = familyOf(key);
    const ceiling = this.ceilingOf(family);
    if (ceiling !== undefined && key > ceiling) this.ceilings.set(family, key);
  }

  private ceilingOf(family: string): string | undefined {
    const known = this.ceilings.get(family);
    if (known !== undefined || family === '' || this.ceilings.size >= TRACKED_FAMILIES) return known;
    const ceiling = this.index.greatestClaim(family) ?? '';
    this.ceilings.set(family, ceiling);
    return ceiling;
  }
}

const familyOf = (key: string): string => key.slice(0, Math.max(key.lastIndexOf('~'), key.lastIndexOf('/')) + 1);

// Beyond ASCII the index orders UTF-8 bytes and we would order UTF-16.
const isAscii = (key: string): boolean => /^[\x20-\x7e]*$/.test(key);
