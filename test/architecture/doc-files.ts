import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { inRepository } from './repository';

/** A document under docs/generated/ that is made from the code; `npm run check` fails where the two differ. */
export interface GeneratedDoc {
  readonly file: string;
  /** The same text every time for the same code. */
  readonly text: () => string | Promise<string>;
}

const folder = 'docs/generated';

export async function writeDocs(docs: readonly GeneratedDoc[]): Promise<void> {
  mkdirSync(inRepository(folder), { recursive: true });
  for (const doc of docs) writeFileSync(inRepository(folder, doc.file), await linesOf(doc));
}

/** The documents that are not what the code says. */
export async function staleDocs(docs: readonly GeneratedDoc[]): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const doc of docs) {
    const place = inRepository(folder, doc.file);
    if (!existsSync(place) || readFileSync(place, 'utf8') !== (await linesOf(doc))) stale.push(`${folder}/${doc.file}`);
  }
  return stale;
}

const linesOf = async ({ text }: GeneratedDoc): Promise<string> => `${(await text()).trimEnd()}\n`;
