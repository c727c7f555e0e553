import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccountStreams } from './account/account-streams';
import { AccountBalanceController } from './account-balance/account-balance.http';
import { AccountEntriesController } from './account-entries/account-entries.http';
import { ExplainEntryController } from './explain-entry/explain-entry.http';
import { RecordPurchaseHandler } from './record-purchase/record-purchase.handler';
import { RecordPurchaseController } from './record-purchase/record-purchase.http';

export const ACCOUNT_CONTROLLERS = [
  RecordPurchaseController,
  AccountBalanceController,
  AccountEntriesController,
  ExplainEntryController,
];

@Module({
  imports: [CqrsModule],
  controllers: ACCOUNT_CONTROLLERS,
  providers: [AccountStreams, RecordPurchaseHandler],
})
export class AccountsModule {}
