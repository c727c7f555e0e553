import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { SECOND_MS } from '../kernel/time';
import type { LogWriteFault } from '../platform/event-store/faults';
import type { CallerSource } from '../platform/http/caller';
import type { EdgeOptions } from '../platform/http/edge';
import { closeHttpServer, createHttpServer } from '../platform/http/http-server';
import type { OpeningServer } from '../platform/http/opening-server';
import type { Projecting } from '../platform/projections/projection-runner';
import { TimerScheduler } from '../platform/scheduling/scheduler';
import type { Health } from '../platform/telemetry/health.http';
import type { Log } from '../platform/telemetry/log';
import type { Metrics } from '../platform/telemetry/metrics';
import type { WiredPart } from '../platform/wiring/tokens';
import { LapseAnnouncer } from './accounts/announce-lapses/lapse-announcer';
import { generateOpenApi } from './product-openapi';
import { ProductModule } from './product.module';
import { ProgrammeDirectory } from './programmes/programme/programme-directory';
import { PERMISSIONS } from './tenants';
import { WebhookDirectory } from './webhooks/webhook/webhook-directory';
import { TenantDirectory } from './tenants/tenant/tenant-directory';

export interface ProductServerOptions {
  /** The parts of the platform, but for those that capabilities offer each other. */
  readonly platform: Readonly<Partial<Record<WiredPart, unknown>>> & {
    readonly projecting: Projecting;
    readonly metrics: Metrics;
    readonly health: Health & { watch(following: readonly { readonly paused: unknown }[]): void };
    readonly log: Log;
  };
  readonly limits: EdgeOptions['limits'];
  readonly announceSeconds: number;
  readonly onLogWriteFault: (fault: LogWriteFault) => void;
}

/** The product behind HTTP: everything recorded so far is known, and nothing is taken yet. */
export class ProductServer {
  private constructor(
    private readonly app: NestFastifyApplication,
    /** Who calls, for whatever else lets callers in. */
    readonly callers: CallerSource,
    private readonly directories: readonly { stop(): Promise<void> }[],
    private readonly announcing: { stop(): Promise<void> } | undefined,
  ) {}

  static async open(options: ProductServerOptions): Promise<ProductServer> {
    const { metrics, projecting, health, log } = options.platform;
    const app = await createHttpServer(ProductModule.on(options.platform), {
      permissions: PERMISSIONS,
      limits: options.limits,
      onAnswered: (operation, status, seconds) => metrics.requestAnswered(operation, status, seconds),
      log,
      onLogWriteFault: options.onLogWriteFault,
      openApi: await generateOpenApi(),
    });
    const tenants = app.get(TenantDirectory);
    const directories = [tenants, app.get(ProgrammeDirectory), app.get(WebhookDirectory, { strict: false })];
    health.watch(directories);
    metrics.watchProjections(() => projecting.status());
    return new ProductServer(app, tenants, directories, announceLapses(app, options));
  }

  /** Takes the port over from what stood there; answers the URL. */
  async listen(opening: OpeningServer): Promise<string> {
    // Not Nest's own, which logs what we answer for.
    await opening.close();
    await this.app.getHttpAdapter().getInstance().listen({ port: opening.port, host: '127.0.0.1' });
    return `http://127.0.0.1:${(this.app.getHttpServer().address() as AddressInfo).port}`;
  }

  /** Takes no new request and finishes what was accepted. */
  async close(): Promise<void> {
    await this.announcing?.stop();
    await closeHttpServer(this.app);
    for (const directory of this.directories) await directory.stop();
  }
}

function announceLapses(
  app: NestFastifyApplication,
  { announceSeconds, platform: { log } }: ProductServerOptions,
): { stop(): Promise<void> } | undefined {
  if (announceSeconds === 0) return undefined;
  const timers = new TimerScheduler((error) => log.warn({ err: error }, 'what came due is announced later'));
  const closing = new AbortController();
  const announcer = app.get(LapseAnnouncer, { strict: false });
  const announcing = timers.repeat(announceSeconds * SECOND_MS, async () => {
    await announcer.announceDue(closing.signal);
  });
  return {
    stop() {
      closing.abort();
      return announcing.stop();
    },
  };
}
