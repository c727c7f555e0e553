import { RecordedHistory } from './recorded-history';

export const CUSTOMERS = 25;
export const EARNED_EACH = 40;

/** Every customer's points earned, 1, 2, 3 and so on, in turns, so that neighbours in the log are of different customers. */
export function earnings(): RecordedHistory {
  const history = new RecordedHistory();
  for (let points = 1; points <= EARNED_EACH; points++) {
    for (let customer = 0; customer < CUSTOMERS; customer++) {
      history.append({ stream: `account-main.cus_${customer}`, events: [pointsEarned(points)] });
    }
  }
  return history;
}

/** What a service that counts each record once, in order, has in the end. */
export const EVERYBODY = Array.from({ length: CUSTOMERS }, (_, customer) => ({
  customer: `cus_${customer}`,
  points: (EARNED_EACH * (EARNED_EACH + 1)) / 2,
  newest: EARNED_EACH,
  disorder: 0,
})).sort((one, other) => (one.customer < other.customer ? -1 : 1));

const pointsEarned = (points: number) => ({
  type: 'PointsEarned',
  version: 1,
  data: {
    receipt: 'manila-1~1~1',
    programme: 'suki',
    wallet: 'points',
    points,
    lot: `lot-${points}`,
    activeAt: 0,
    expiresAt: null,
    revision: 1,
    because: [],
  },
});
