import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { EventStore } from '../../platform/event-store/event-store';
import type { KeyStore } from '../../platform/keys/key-store';
import { wired } from '../../platform/wiring/tokens';
import { CreateTenantHandler } from './create-tenant/create-tenant.handler';
import { CreateTenantController } from './create-tenant/create-tenant.http';
import { IssueKeyHandler } from './issue-key/issue-key.handler';
import { IssueKeyController } from './issue-key/issue-key.http';
import { KeyOverviewController } from './key-overview/key-overview.http';
import { OutletOverviewController } from './outlet-overview/outlet-overview.http';
import { RevokeKeyHandler } from './revoke-key/revoke-key.handler';
import { RevokeKeyController } from './revoke-key/revoke-key.http';
import { SetOutletHandler } from './set-outlet/set-outlet.handler';
import { SetOutletController } from './set-outlet/set-outlet.http';
import { TenantCommands } from './tenant/tenant-commands';
import { TenantDirectory } from './tenant/tenant-directory';

export const TENANT_CONTROLLERS = [
  CreateTenantController,
  SetOutletController,
  OutletOverviewController,
  IssueKeyController,
  RevokeKeyController,
  KeyOverviewController,
];

@Module({
  imports: [CqrsModule],
  controllers: TENANT_CONTROLLERS,
  providers: [
    {
      provide: TenantDirectory,
      useFactory: (store: EventStore, keys: KeyStore) => TenantDirectory.start(store, keys),
      inject: [wired('eventStore'), wired('keyStore')],
    },
    { provide: wired('callers'), useExisting: TenantDirectory },
    { provide: wired('outlets'), useExisting: TenantDirectory },
    TenantCommands,
    CreateTenantHandler,
    SetOutletHandler,
    IssueKeyHandler,
    RevokeKeyHandler,
  ],
  exports: [TenantDirectory, wired('callers'), wired('outlets')],
})
export class TenantsModule {}
