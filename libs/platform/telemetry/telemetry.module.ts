import { Module } from '@nestjs/common';
import { HealthController } from './health.http';
import { MetricsController } from './metrics.http';

export const TELEMETRY_CONTROLLERS = [HealthController, MetricsController];

@Module({ controllers: TELEMETRY_CONTROLLERS })
export class TelemetryModule {}
