import type { Projecting } from '../projections/projection-runner';
import type { Health, HealthPart, HealthReport } from './health.http';

/** Something whose trouble is known without asking: undefined or null while there is none. */
export interface Watched {
  readonly paused: unknown;
}

export interface HealthOfParts {
  /** Each is asked with a time limit; what it throws is what is wrong. */
  readonly probes: Readonly<Record<string, () => Promise<unknown>>>;
  readonly projecting?: Pick<Projecting, 'status'>;
  readonly kafka?: () => { readonly publishing: boolean; readonly paused: unknown };
}

const PROBE_MS = 2_000;

/** Ready = every part answers. Read models and Kafka are reported, and required of nobody. */
export class PartHealth implements Health {
  private readonly watched = new Map<string, readonly Watched[]>();

  constructor(private readonly parts: HealthOfParts) {}

  /** Keys and programmes: loaded, and following the log. */
  watch(following: readonly Watched[]): void {
    this.watched.set('keys and programmes', following);
  }

  async report(): Promise<HealthReport> {
    const probed = Object.entries(this.parts.probes).map(([name, ask]) => probe(name, ask));
    const watched = [...this.watched].map(([name, each]) => {
      return healthPart(
        name,
        each.map((one) => one.paused).find((trouble) => trouble !== undefined),
      );
    });
    const parts = [...(await Promise.all(probed)), ...watched];
    const status = await within(PROBE_MS, this.parts.projecting?.status() ?? Promise.resolve([])).catch(() => []);
    const readModels = status.map(({ name, lagEvents, lagSeconds }) => ({ name, lagEvents, lagSeconds }));
    return { ready: parts.every(({ ok }) => ok), parts, readModels, ...this.kafka() };
  }

  private kafka(): Pick<HealthReport, 'kafka'> {
    const state = this.parts.kafka?.();
    if (state === undefined) return {};
    const { detail } = healthPart('kafka', state.paused);
    return { kafka: { publishing: state.publishing, ...(detail !== undefined && { detail }) } };
  }
}

export function healthPart(name: string, trouble: unknown): HealthPart {
  if (trouble === undefined || trouble === null) return { name, ok: true };
  const detail = trouble instanceof Error ? trouble.message : typeof trouble === 'string' ? trouble : 'it stands still';
  return { name, ok: false, detail };
}

const probe = (name: string, ask: () => Promise<unknown>): Promise<HealthPart> =>
  within(PROBE_MS, ask()).then(
    () => healthPart(name, undefined),
    (error: unknown) => healthPart(name, error),
  );

async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1_000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
