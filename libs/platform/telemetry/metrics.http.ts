import { Controller, Get } from '@nestjs/common';
import { HttpAnswer } from '../http/http-answer';
import { Operation } from '../http/operation';
import { Wired } from '../wiring/tokens';
import type { Metrics } from './metrics';

@Controller('metrics')
export class MetricsController {
  constructor(@Wired('metrics') private readonly metrics: Metrics) {}

  @Get()
  @Operation({
    id: 'readMetrics',
    tag: 'Operation',
    summary: 'What is measured, in Prometheus’ format',
    open: true,
    answer: { status: 200, description: 'The metrics.', mediaType: 'text/plain' },
  })
  async read(): Promise<HttpAnswer> {
    const text = await this.metrics.registry.metrics();
    return new HttpAnswer(200, Buffer.from(text), { 'content-type': this.metrics.registry.contentType });
  }
}
