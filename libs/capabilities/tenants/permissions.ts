import type { TenantId } from '../../kernel/ids';
import type { CallerRole, Permissions } from '../../platform/http/caller';

/** Made by the first start; only its admins make other tenants. */
export const FIRST_TENANT = 'main' as TenantId;

const roles = (...names: CallerRole[]): readonly CallerRole[] => names;

/**
 * Who may do what, by operation id. An operation that is not here may be called by nobody; the ones that need no key
 * (health, metrics, documentation) say so themselves. Keys of tills and staff work only for the outlets they name.
 */
export const PERMISSIONS = {
  recordPurchase: roles('till', 'staff', 'manager', 'admin'),
  getPurchase: roles('till', 'staff', 'manager', 'analyst', 'admin'),
  returnGoods: roles('staff', 'manager', 'admin'),
  returnPurchase: roles('staff', 'manager', 'admin'),
  voidPurchase: roles('staff', 'manager', 'admin'),
  claimPurchase: roles('staff', 'manager', 'admin'),

  quotePurchase: roles('till', 'staff', 'manager', 'admin'),

  enrolCustomer: roles('staff', 'manager', 'admin'),
  lookUpCustomer: roles('till', 'staff', 'manager', 'admin'),
  getCustomer: roles('staff', 'manager', 'analyst', 'admin'),

  getAccount: roles('till', 'staff', 'manager', 'analyst', 'service', 'admin'),
  listEntries: roles('staff', 'manager', 'analyst', 'admin'),
  explainEntry: roles('staff', 'manager', 'analyst', 'admin'),
  /** How much each of them may adjust is said by the programme; staff nothing unless it says so. */
  adjustPoints: roles('staff', 'manager', 'admin'),
  recordActivity: roles('till', 'staff', 'manager', 'admin'),

  listRewards: roles('till', 'staff', 'manager', 'analyst', 'admin'),
  reserveRedemption: roles('till', 'staff', 'manager', 'admin'),
  confirmRedemption: roles('till', 'staff', 'manager', 'admin'),
  releaseRedemption: roles('till', 'staff', 'manager', 'admin'),
  getRedemption: roles('till', 'staff', 'manager', 'analyst', 'admin'),

  setOutlet: roles('manager', 'admin'),
  listOutlets: roles('manager', 'analyst', 'admin'),
  getOutlet: roles('manager', 'analyst', 'admin'),

  draftProgramme: roles('manager', 'admin'),
  getProgrammeDraft: roles('manager', 'analyst', 'admin'),
  publishRevision: roles('admin'),
  activateRevision: roles('admin'),
  listProgrammes: roles('manager', 'analyst', 'admin'),
  getProgramme: roles('manager', 'analyst', 'admin'),

  readMonthlyPurchases: roles('manager', 'analyst', 'admin'),
  readCustomerValues: roles('manager', 'analyst', 'admin'),
  readLedgerTotals: roles('manager', 'analyst', 'admin'),

  readFeed: roles('service', 'analyst', 'admin'),

  registerWebhook: roles('manager', 'admin'),
  changeWebhook: roles('manager', 'admin'),
  deleteWebhook: roles('manager', 'admin'),
  rotateWebhookSecret: roles('manager', 'admin'),
  testWebhook: roles('manager', 'admin'),
  replayWebhook: roles('manager', 'admin'),
  /** A URL may hold what only its receiver should know. */
  listWebhooks: roles('manager', 'admin'),
  getWebhook: roles('manager', 'admin'),
  listDeadLetters: roles('manager', 'admin'),

  issueKey: roles('admin'),
  revokeKey: roles('admin'),
  listKeys: roles('analyst', 'admin'),
  /** Of the tenant `main`. */
  createTenant: roles('admin'),
} as const satisfies Permissions;

/** Who is shown names, birthdays, cards, phone numbers and e-mail addresses. */
export const MAY_SEE_PERSONAL_FIELDS: ReadonlySet<CallerRole> = new Set(roles('staff', 'manager', 'admin'));
