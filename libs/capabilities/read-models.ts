import type { Projection } from '../kernel/projection';
import { purchaseId } from '../platform/identifiers/identifiers';
import { accountBalance } from './accounts/account-balance/account-balance.projection';
import { accountEntries } from './accounts/account-entries/account-entries.projection';
import { accountLapses } from './accounts/announce-lapses/account-lapses.projection';
import { purchaseIds } from './accounts/find-purchase/purchase-id.projection';
import { purchaseReceipt } from './accounts/purchase-receipt/purchase-receipt.projection';
import { customerProfile } from './customers/customer-profile/customer-profile.projection';

/** Every read model of the product. */
export const READ_MODELS: readonly Projection[] = [
  customerProfile,
  accountBalance,
  accountEntries,
  purchaseReceipt,
  purchaseIds(purchaseId),
  accountLapses,
];
