import { purchase } from '../../libs/testing/account-history';
import { RecordedHistory } from '../../libs/testing/recorded-history';

const PURCHASES = 20_000;
const CUSTOMERS = 10_000;

/** Reference purchases (ten lines, three events) of many customers, as a history in memory. */
export function referencePurchases(): RecordedHistory {
  const recorded = new RecordedHistory();
  for (let receipt = 0; receipt < PURCHASES; receipt++) {
    recorded.append(
      purchase({
        receipt: String(receipt).padStart(7, '0'),
        account: `cus_${String((receipt * 7_919) % CUSTOMERS).padStart(12, '0')}`,
        amounts: [13_500, 250, 900, 1_200, 100, 4_500, 700, 80, 990, 3_000],
        earned: { points: 252, stars: 1 },
      }),
    );
  }
  return recorded;
}
