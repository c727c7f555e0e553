import { Module } from '@nestjs/common';
import { MonthlyPurchasesController } from './monthly-purchases/monthly-purchases.http';

export const INSIGHT_CONTROLLERS = [MonthlyPurchasesController];

@Module({ controllers: INSIGHT_CONTROLLERS })
export class InsightsModule {}
