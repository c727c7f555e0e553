export type {
  IdentifiedMonth,
  MonthFigures,
  MonthlyPurchases,
  PurchaseFigures,
} from './monthly-purchases/monthly-purchases.query';
