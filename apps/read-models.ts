import { accountBalance } from '../libs/capabilities/accounts/account-balance/account-balance.projection';
import { accountEntries } from '../libs/capabilities/accounts/account-entries/account-entries.projection';
import { accountLapses } from '../libs/capabilities/accounts/announce-lapses/account-lapses.projection';
import { purchaseReceipt } from '../libs/capabilities/accounts/purchase-receipt/purchase-receipt.projection';
import { purchaseIds } from '../libs/capabilities/accounts/find-purchase/purchase-id.projection';
import { customerProfile } from '../libs/capabilities/customers/customer-profile/customer-profile.projection';
import { purchaseId } from '../libs/platform/identifiers/identifiers';
import type { Projection } from '../libs/platform/read-store/read-store';

/** Every read model of the product, wherever it is made or read. */
export const READ_MODELS: readonly Projection[] = [
  customerProfile,
  accountBalance,
  accountEntries,
  purchaseReceipt,
  purchaseIds(purchaseId),
  accountLapses,
];
