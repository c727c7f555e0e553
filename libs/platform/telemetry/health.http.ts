import { Controller, Get } from '@nestjs/common';
import { HttpAnswer } from '../http/http-answer';
import { Operation } from '../http/operation';
import { Wired } from '../wiring/tokens';

/** Whether the product can take requests, and which part keeps it from it. */
export interface Health {
  report(): Promise<HealthReport>;
}

export interface HealthReport {
  readonly ready: boolean;
  readonly parts: readonly HealthPart[];
  /** Reported, not required: a read model that is behind stops no till. */
  readonly readModels: readonly { readonly name: string; readonly lagEvents: number; readonly lagSeconds: number }[];
  /** Reported, not required: Kafka being away stops no till. Absent where nothing is published. */
  readonly kafka?: { readonly publishing: boolean; readonly detail?: string };
}

export interface HealthPart {
  readonly name: string;
  readonly ok: boolean;
  /** What is wrong, where something is. */
  readonly detail?: string;
}

const answer = { status: 200, description: 'It is.' } as const;

@Controller('health')
export class HealthController {
  constructor(@Wired('health') private readonly health: Health) {}

  @Get('live')
  @Operation({ id: 'isLive', tag: 'Operation', summary: 'Whether the process answers', open: true, answer })
  live(): object {
    return { live: true };
  }

  @Get('ready')
  @Operation({
    id: 'isReady',
    tag: 'Operation',
    summary: 'Whether purchases can be taken, and what is missing',
    description: '503 with the same body where it is not ready.',
    open: true,
    answer,
  })
  async ready(): Promise<HttpAnswer> {
    const report = await this.health.report();
    return new HttpAnswer(report.ready ? 200 : 503, report, report.ready ? {} : { 'retry-after': '1' });
  }
}
