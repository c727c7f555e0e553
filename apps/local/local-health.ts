import type { DataDirectory } from '../../libs/platform/event-store/embedded/data-directory';
import type { EmbeddedEventStore } from '../../libs/platform/event-store/embedded/embedded-event-store';
import type { Projecting } from '../../libs/platform/projections/projection-runner';
import type { Health, HealthPart, HealthReport } from '../../libs/platform/telemetry/health.http';

/** A directory held in memory that follows the log. */
interface Following {
  readonly paused: unknown;
}

/** What publishes to Kafka. */
interface Publishing {
  readonly state: { readonly publishing: boolean; readonly paused: unknown };
}

/** A probe is written at most so often, however often readiness is asked for. */
const PROBE_EVERY_MS = 1_000;

/**
 * Ready = the lock is held (or we would not be here), the index follows the log, keys and programmes are known, and a write
 * probe passed. Read models that are behind are reported and stop nobody.
 */
export class LocalHealth implements Health {
  private following: readonly Following[] = [];
  private publishing: Publishing | undefined;
  private probe: Promise<HealthPart> | undefined;
  private probedAt = 0;

  constructor(
    private readonly directory: DataDirectory,
    private readonly store: EmbeddedEventStore,
    private readonly projecting: Projecting,
  ) {}

  watchPublishing(publishing: Publishing): void {
    this.publishing = publishing;
  }

  watch(following: readonly Following[]): void {
    this.following = following;
  }

  async report(): Promise<HealthReport> {
    const parts = [this.index(), this.directories(), await this.disk()];
    const ready = parts.every(({ ok }) => ok);
    return { ready, parts, readModels: await this.readModels(), ...this.kafka() };
  }

  private kafka(): Pick<HealthReport, 'kafka'> {
    if (this.publishing === undefined) return {};
    const { publishing, paused } = this.publishing.state;
    const { detail } = part('kafka', paused);
    return { kafka: { publishing, ...(detail !== undefined && { detail }) } };
  }

  private index(): HealthPart {
    const { index } = this.store.health();
    return part('index', index.state === 'paused' ? (index.reason ?? 'it is paused') : undefined);
  }

  private directories(): HealthPart {
    const paused = this.following.map((one) => one.paused).find((trouble) => trouble !== undefined);
    return part('keys and programmes', this.following.length === 0 ? 'not loaded yet' : paused);
  }

  private disk(): Promise<HealthPart> {
    const now = Date.now();
    if (this.probe === undefined || now - this.probedAt > PROBE_EVERY_MS) {
      this.probedAt = now;
      this.probe = this.directory.probeWrite().then(
        () => part('disk', undefined),
        (error: unknown) => part('disk', error),
      );
    }
    return this.probe;
  }

  private async readModels(): Promise<HealthReport['readModels']> {
    const status = await this.projecting.status().catch(() => []);
    return status.map(({ name, lagEvents, lagSeconds }) => ({ name, lagEvents, lagSeconds }));
  }
}

function part(name: string, trouble: unknown): HealthPart {
  if (trouble === undefined || trouble === null) return { name, ok: true };
  return {
    name,
    ok: false,
    detail: trouble instanceof Error ? trouble.message : typeof trouble === 'string' ? trouble : 'it stands still',
  };
}
