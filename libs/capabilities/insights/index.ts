export type { CustomerCounts, CustomerValue, CustomerValues } from './customer-values/customer-values.query';
export type {
  IdentifiedMonth,
  MonthFigures,
  MonthlyPurchases,
  PurchaseFigures,
} from './monthly-purchases/monthly-purchases.query';
