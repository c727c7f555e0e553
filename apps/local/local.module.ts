import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { ACCOUNT_CONTROLLERS, AccountsModule } from '../../libs/capabilities/accounts/accounts.module';
import { CUSTOMER_CONTROLLERS, CustomersModule } from '../../libs/capabilities/customers/customers.module';
import { FEED_CONTROLLERS, FeedModule } from '../../libs/capabilities/feed/feed.module';
import { INSIGHT_CONTROLLERS, InsightsModule } from '../../libs/capabilities/insights/insights.module';
import { PROGRAMME_CONTROLLERS, ProgrammesModule } from '../../libs/capabilities/programmes/programmes.module';
import { TENANT_CONTROLLERS, TenantsModule } from '../../libs/capabilities/tenants/tenants.module';
import { TELEMETRY_CONTROLLERS, TelemetryModule } from '../../libs/platform/telemetry/telemetry.module';
import { wired, type WiredPart } from '../../libs/platform/wiring/tokens';

/** What is served, for the OpenAPI document. */
export const CONTROLLERS: readonly Type[] = [
  ...ACCOUNT_CONTROLLERS,
  ...CUSTOMER_CONTROLLERS,
  ...PROGRAMME_CONTROLLERS,
  ...TENANT_CONTROLLERS,
  ...INSIGHT_CONTROLLERS,
  ...FEED_CONTROLLERS,
  ...TELEMETRY_CONTROLLERS,
];

/** All capabilities in one process. What they offer each other is global here; no capability imports another's module. */
@Module({})
export class LocalModule {
  static on(platform: Readonly<Partial<Record<WiredPart, unknown>>>): DynamicModule {
    const providers: Provider[] = Object.entries(platform).map(([name, useValue]) => ({
      provide: wired(name as WiredPart),
      useValue,
    }));
    return {
      module: LocalModule,
      imports: [
        { module: PlatformModule, global: true, providers, exports: providers },
        ...[TenantsModule, CustomersModule, ProgrammesModule].map((module) => ({ module, global: true })),
        AccountsModule,
        InsightsModule,
        FeedModule,
        TelemetryModule,
      ],
    };
  }
}

@Module({})
class PlatformModule {}
