import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccountStreams } from './account/account-streams';
import { AdjustPointsHandler } from './adjust-points/adjust-points.handler';
import { AdjustPointsController } from './adjust-points/adjust-points.http';
import { ConfirmRedemptionHandler } from './confirm-redemption/confirm-redemption.handler';
import { ConfirmRedemptionController } from './confirm-redemption/confirm-redemption.http';
import { RecordActivityHandler } from './record-activity/record-activity.handler';
import { RecordActivityController } from './record-activity/record-activity.http';
import { ReleaseRedemptionHandler } from './release-redemption/release-redemption.handler';
import { ReleaseRedemptionController } from './release-redemption/release-redemption.http';
import { ReportRedemptionHandler } from './report-redemption/report-redemption.handler';
import { RedemptionCommands } from './reserve-redemption/redemption-commands';
import { RedemptionStandingController } from './redemption-standing/redemption-standing.http';
import { ReserveRedemptionHandler } from './reserve-redemption/reserve-redemption.handler';
import { ReserveRedemptionController } from './reserve-redemption/reserve-redemption.http';
import { RewardStock } from './reserve-redemption/reward-stock';
import { RewardCatalogueController } from './reward-catalogue/reward-catalogue.http';
import { LapseAnnouncer } from './announce-lapses/lapse-announcer';
import { AccountBalanceController } from './account-balance/account-balance.http';
import { AccountEntriesController } from './account-entries/account-entries.http';
import { ExplainEntryController } from './explain-entry/explain-entry.http';
import { ClaimPurchaseHandler } from './claim-purchase/claim-purchase.handler';
import { ClaimPurchaseController } from './claim-purchase/claim-purchase.http';
import { PurchaseFinder } from './find-purchase/purchase-finder';
import { GoodsAccounts } from './return-goods/goods-account';
import { ReturnGoodsHandler } from './return-goods/return-goods.handler';
import { ReturnGoodsController } from './return-goods/return-goods.http';
import { VoidPurchaseHandler } from './void-purchase/void-purchase.handler';
import { VoidPurchaseController } from './void-purchase/void-purchase.http';
import { LedgerTotalsController } from './ledger-totals/ledger-totals.http';
import { QuotePurchaseController } from './quote-purchase/quote-purchase.http';
import { Quotes } from './quote-purchase/quotes';
import { RecordPurchaseHandler } from './record-purchase/record-purchase.handler';
import { RecordPurchaseController } from './record-purchase/record-purchase.http';

export const ACCOUNT_CONTROLLERS = [
  RecordPurchaseController,
  AccountBalanceController,
  AccountEntriesController,
  ExplainEntryController,
  LedgerTotalsController,
  QuotePurchaseController,
  ReturnGoodsController,
  VoidPurchaseController,
  ClaimPurchaseController,
  RewardCatalogueController,
  ReserveRedemptionController,
  ConfirmRedemptionController,
  ReleaseRedemptionController,
  RedemptionStandingController,
  AdjustPointsController,
  RecordActivityController,
];

@Module({
  imports: [CqrsModule],
  controllers: ACCOUNT_CONTROLLERS,
  providers: [
    AccountStreams,
    Quotes,
    LapseAnnouncer,
    RecordPurchaseHandler,
    PurchaseFinder,
    GoodsAccounts,
    ReturnGoodsHandler,
    VoidPurchaseHandler,
    ClaimPurchaseHandler,
    RewardStock,
    RedemptionCommands,
    ReserveRedemptionHandler,
    ReportRedemptionHandler,
    ConfirmRedemptionHandler,
    ReleaseRedemptionHandler,
    AdjustPointsHandler,
    RecordActivityHandler,
  ],
})
export class AccountsModule {}
