import { assert, assertNever } from '../../../kernel/defect';
import { HistoryNeeded, type AccountBook } from './account-book';
import type { AccountFact } from './effective-order';
import { postActivity, postPurchase } from './post-purchase';
import {
  postAdjustment,
  postConfirmation,
  postHonour,
  postRelease,
  postReported,
  postReservation,
} from './post-redemption';
import { postReturn, postVoid } from './post-return';

/** Posts one fact, which must come after all that were posted; time has been advanced to it. */
export function postFact(book: AccountBook, fact: AccountFact): void {
  const { event, effectiveAt } = fact;
  switch (event.type) {
    // What had been returned of it may come with it, and only the whole history can place that.
    case 'PurchaseRecorded':
      if (book.past === undefined && event.data.returnedBefore !== undefined) throw new HistoryNeeded();
      return postPurchase(book, fact, event.data, {});
    case 'PurchaseClaimed':
      if (book.past === undefined) throw new HistoryNeeded();
      return postPurchase(book, fact, event.data.purchase, { claimedAt: event.data.claimedAt });
    case 'PurchaseReturned':
      return postReturn(book, fact, event.data);
    case 'PurchaseVoided':
      return postVoid(book, fact, event.data.receiptKey);
    case 'ActivityRecorded':
      return postActivity(book, fact, event);
    case 'RedemptionReserved':
      return postReservation(book, event.data);
    case 'RedemptionConfirmed':
      return postConfirmation(book, event.data.redemption, effectiveAt);
    case 'RedemptionReleased':
      return postRelease(book, event.data.redemption, effectiveAt);
    case 'RedemptionReported':
      return postReported(book, event.data, effectiveAt);
    case 'PointsAdjusted':
      return postAdjustment(book, fact, event);
    case 'EntitlementHonoured':
      return postHonour(book, fact, event);
    default:
      return assertNever(event);
  }
}

/** A purchase that is void gives nothing, and says so. */
export function postVoidedPurchase(book: AccountBook, fact: AccountFact): void {
  const { event } = fact;
  assert(event.type === 'PurchaseRecorded' || event.type === 'PurchaseClaimed', 'only a purchase can be void');
  const purchase = event.type === 'PurchaseClaimed' ? event.data.purchase : event.data;
  postPurchase(book, fact, purchase, { voided: true });
}
