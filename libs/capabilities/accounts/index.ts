// The accounts' door: what leaves about an account.
export { ACCOUNT_CONTRACTS, accountContract, type AccountContract } from './account/account.contract';
export { ACCOUNT_MEMBERS } from './account/account-members.contract';
export type { AccountEvent } from './account/account.events';
export type { PurchaseReceiptRow } from './purchase-receipt/purchase-receipt.projection';
export { balancesTold, type BalanceTold } from './account-balance/account-balance.query';
export { POSTED_TYPES } from './account/postings';
