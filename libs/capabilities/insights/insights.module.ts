import { Module } from '@nestjs/common';
import { CustomerValuesController } from './customer-values/customer-values.http';
import { MonthlyPurchasesController } from './monthly-purchases/monthly-purchases.http';

export const INSIGHT_CONTROLLERS = [MonthlyPurchasesController, CustomerValuesController];

@Module({ controllers: INSIGHT_CONTROLLERS })
export class InsightsModule {}
