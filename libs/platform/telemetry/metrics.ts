import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ProjectionStatus } from '../read-store/read-store';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** What is measured of the product, in Prometheus' words. Labels are operations, statuses and names of read models only. */
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Map<string, RequestCount>();
  private readonly duration = this.histogram('suki_request_seconds', 'Time to answer a request', ['operation']);
  private readonly decisions = this.histogram('suki_decision_seconds', 'Time from command to durable answer', [
    'command',
  ]);

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'suki_' });
    const requests = this.requests;
    const counter = new Counter({
      name: 'suki_requests_total',
      help: 'Requests answered',
      labelNames: ['operation', 'status'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { operation, status, count } of requests.values()) this.inc({ operation, status }, count);
      },
    });
    counter.reset();
  }

  requestAnswered(operation: string, status: number, seconds: number): void {
    const key = `${operation} ${status}`;
    const known = this.requests.get(key);
    if (known === undefined) this.requests.set(key, { operation, status: String(status), count: 1 });
    else known.count++;
    this.duration.observe({ operation }, seconds);
  }

  commandDecided(command: string, seconds: number): void {
    this.decisions.observe({ command }, seconds);
  }

  /** How far the read models are; asked for when the metrics are. */
  watchProjections(status: () => Promise<readonly ProjectionStatus[]>): void {
    const labelled = (name: string, help: string, value: (of: ProjectionStatus) => number): void => {
      new Gauge({
        name,
        help,
        labelNames: ['projection'],
        registers: [this.registry],
        async collect() {
          this.reset();
          for (const one of await status().catch(() => [])) {
            this.set({ projection: `${one.name}@v${one.version}` }, value(one));
          }
        },
      }).reset();
    };
    labelled('suki_projection_lag_events', 'Events not yet projected', (one) => one.lagEvents);
    labelled('suki_projection_lag_seconds', 'Age of the oldest event not yet projected', (one) => one.lagSeconds);
    labelled('suki_projection_parked_lines', 'Customers whose line is parked', (one) => one.parkedLines);
  }

  /** Any other number that somebody already keeps. */
  watch(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(value());
      },
    }).reset();
  }

  private histogram(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.registry] });
  }
}

interface RequestCount {
  readonly operation: string;
  readonly status: string;
  count: number;
}
