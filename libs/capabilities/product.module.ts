import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { ACCOUNT_CONTROLLERS, AccountsModule } from './accounts/accounts.module';
import { CUSTOMER_CONTROLLERS, CustomersModule } from './customers/customers.module';
import { FEED_CONTROLLERS, FeedModule } from './feed/feed.module';
import { INSIGHT_CONTROLLERS, InsightsModule } from './insights/insights.module';
import { PROGRAMME_CONTROLLERS, ProgrammesModule } from './programmes/programmes.module';
import { TENANT_CONTROLLERS, TenantsModule } from './tenants/tenants.module';
import { WEBHOOK_CONTROLLERS, WebhooksModule } from './webhooks/webhooks.module';
import { TELEMETRY_CONTROLLERS, TelemetryModule } from '../platform/telemetry/telemetry.module';
import { wired, type WiredPart } from '../platform/wiring/tokens';

/** What is served, for the OpenAPI document. */
export const CONTROLLERS: readonly Type[] = [
  ...ACCOUNT_CONTROLLERS,
  ...CUSTOMER_CONTROLLERS,
  ...PROGRAMME_CONTROLLERS,
  ...TENANT_CONTROLLERS,
  ...INSIGHT_CONTROLLERS,
  ...FEED_CONTROLLERS,
  ...WEBHOOK_CONTROLLERS,
  ...TELEMETRY_CONTROLLERS,
];

/** All capabilities in one process. What they offer each other is global here; no capability imports another's module. */
@Module({})
export class ProductModule {
  static on(platform: Readonly<Partial<Record<WiredPart, unknown>>>): DynamicModule {
    const providers: Provider[] = Object.entries(platform).map(([name, useValue]) => ({
      provide: wired(name as WiredPart),
      useValue,
    }));
    return {
      module: ProductModule,
      imports: [
        { module: PlatformModule, global: true, providers, exports: providers },
        ...[TenantsModule, CustomersModule, ProgrammesModule].map((module) => ({ module, global: true })),
        AccountsModule,
        InsightsModule,
        FeedModule,
        WebhooksModule,
        TelemetryModule,
      ],
    };
  }
}

@Module({})
class PlatformModule {}
