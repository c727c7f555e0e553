/**
 * Every code the product answers with, and what it means in HTTP: the one table. Refusal codes of the capabilities stand
 * here too, so that no number of HTTP is known below this folder. The catalogue in the docs and the OpenAPI document read it.
 */
export interface ProblemTerms {
  readonly status: number;
  readonly title: string;
  /** The same request may succeed later without being changed. */
  readonly retryable: boolean;
}

const final = (status: number, title: string): ProblemTerms => ({ status, title, retryable: false });
const retryable = (status: number, title: string): ProblemTerms => ({ status, title, retryable: true });

export const PROBLEMS = {
  // The request cannot be read.
  MalformedJson: final(400, 'The body is not JSON'),
  InvalidUtf8: final(400, 'The body is not UTF-8'),
  DuplicateMember: final(400, 'A member occurs twice in one object'),
  ForbiddenMember: final(400, 'A member has a name that is never accepted'),
  LoneSurrogate: final(400, 'A string holds half a character'),
  TooDeep: final(400, 'The body is nested too deeply'),
  InvalidRequest: final(400, 'The request is not of the documented form'),
  IdempotencyKeyMissing: final(400, 'This operation needs an Idempotency-Key header'),
  IdempotencyKeyInvalid: final(400, 'The Idempotency-Key header is not of the accepted form'),
  CursorInvalid: final(400, 'The cursor was not given out by this operation'),
  PositionInvalid: final(400, 'The position was not given out by this product'),

  // The caller may not.
  Unauthenticated: final(401, 'A valid API key is needed'),
  Forbidden: final(403, 'The role of this key may not do this'),
  OutletNotYours: final(403, 'The key does not work for this outlet'),

  // Nothing there.
  RouteUnknown: final(404, 'There is nothing at this address'),
  MethodNotAllowed: final(405, 'The address does not know this method'),
  CustomerNotFound: final(404, 'There is no such customer'),
  EntryNotFound: final(404, 'There is no such entry'),
  RedemptionNotFound: final(404, 'There is no such redemption'),
  PurchaseNotFound: final(404, 'There is no such purchase'),
  ProgrammeNotFound: final(404, 'There is no such programme'),
  RevisionNotFound: final(404, 'There is no such revision'),
  DraftNotFound: final(404, 'The programme has no draft'),
  OutletNotFound: final(404, 'There is no such outlet'),
  KeyNotFound: final(404, 'There is no such key'),
  WebhookNotFound: final(404, 'There is no such webhook'),

  // The state of things says no.
  DifferentBody: final(409, 'The key was used for another request'),
  TenantExists: final(409, 'There is such a tenant already'),
  IdentityTaken: final(409, 'Somebody else is known by this'),
  RewardReserved: final(409, 'The reward is reserved already'),
  RedemptionConfirmed: final(409, 'The redemption is confirmed'),
  RedemptionReleased: final(409, 'The redemption is released'),
  PurchaseVoidedAlready: final(409, 'The purchase is void already'),
  PurchaseClaimedAlready: final(409, 'The purchase is claimed already'),
  WebhookNotActive: final(409, 'The webhook is paused'),

  // The request is too large or of a form we do not read.
  BodyTooLarge: final(413, 'The body is too large'),
  AppendTooLarge: final(413, 'The request would store too much at once'),
  MediaTypeUnsupported: final(415, 'Bodies are sent as application/json'),

  // The business says no.
  CustomerUnknown: retryable(422, 'Nobody is known by this'),
  OutletUnknown: final(422, 'There is no such outlet'),
  TimeZoneUnknown: final(422, 'There is no such time zone'),
  NumberingFixed: final(422, 'How an outlet numbers its receipts cannot be changed'),
  KeyNeedsOutlet: final(422, 'The key must name its outlet'),
  KeyNeedsNoOutlet: final(422, 'The key works for all outlets'),
  HistoryNeedsAdmin: final(422, 'Only the key of an admin may record history'),
  IdentityRequired: final(422, 'A customer is known by something'),
  IdentityMalformed: final(422, 'A card, phone number or e-mail address is not of its form'),
  BusinessDayRequired: final(422, 'The tills of this outlet number daily: name the business day'),
  BusinessDayUnexpected: final(422, 'The tills of this outlet do not number daily'),
  CurrencyUnknown: final(422, 'The currency is not one of ISO 4217'),
  OccurredBefore1970: final(422, 'The purchase is said to be older than 1970'),
  DecimalsTooMany: final(422, 'Amounts have at most four decimals'),
  NoLines: final(422, 'The purchase has no line'),
  TooManyLines: final(422, 'The purchase has too many lines'),
  QuantityTooFine: final(422, 'A quantity has too many decimals'),
  QuantityTooLarge: final(422, 'A quantity is too large'),
  AmountTooLarge: final(422, 'The amounts are too large'),
  PointsTooMany: final(422, 'The points would be more than can be counted'),
  QuoteUnknown: final(422, 'The quote was not given out by this product'),
  LineAmountMismatch: final(422, 'A line does not add up'),
  PaymentsDoNotAddUp: final(422, 'The payments are not what is due'),
  PaymentLineUnknown: final(422, 'A payment names a line there is not'),
  PurchaseIdUnknown: retryable(422, 'No purchase has this id yet'),
  ReceiptIsNoPurchase: final(422, 'The receipt is that of a return'),
  PurchasesOfTwoAccounts: final(422, 'The goods belong to different customers'),
  CustomerDiffers: final(422, 'The goods are not of this customer'),
  CurrencyDiffers: final(422, 'The return is in another currency than its purchase'),
  ReturnAmountNeeded: final(422, 'What the goods had cost is not known'),
  ReturnLineUnknown: final(422, 'The line was not bought'),
  PurchaseVoided: final(422, 'The purchase is void'),
  PurchaseReturned: final(422, 'All of the purchase was returned'),
  PurchaseNotAnonymous: final(422, 'The purchase has its customer'),
  ClaimTooLate: final(422, 'The purchase can be claimed no longer'),
  RewardUnknown: final(422, 'There is no such reward'),
  RewardNotOffered: final(422, 'The reward is not offered at this time'),
  RewardNotForPoints: final(422, 'The reward cannot be had for points'),
  RewardNotHeld: final(422, 'The customer does not hold the reward'),
  RewardOutOfStock: final(422, 'No piece of the reward is left'),
  InsufficientPoints: final(422, 'There are not so many points'),
  ReservationLapsed: final(422, 'The reservation has lapsed'),
  WalletUnknown: final(422, 'There is no such wallet'),
  AdjustmentTooLarge: final(422, 'The role may not adjust by so much'),
  ProgrammeInvalid: final(422, 'The programme is not written as the language asks'),
  NothingDrafted: final(422, 'There is no draft to publish'),
  RevisionUnknown: final(422, 'The revision was never published'),
  RevisionAlreadyActive: final(422, 'The revision is in force then already'),
  ActivationTooEarly: final(422, 'The activation reaches back too far'),
  AccountsOpened: final(422, 'Accounts hold purchases already'),
  WebhookUrlRefused: final(422, 'The URL is not one that we send to'),
  WebhookTypeUnknown: final(422, 'The feed has no event of this type'),
  TooManyWebhooks: final(422, 'There are as many webhooks as there may be'),

  // Later, perhaps.
  TooManyRequests: retryable(429, 'The key sends too many requests'),
  Overloaded: retryable(503, 'Too many requests wait already'),
  NotReady: retryable(503, 'The product is still starting'),
  PositionNotReached: retryable(503, 'The read model is not there yet'),
  StoreUnavailable: retryable(503, 'The store cannot be reached'),
  Contended: retryable(503, 'Others keep changing the same thing'),
  StoreFull: retryable(507, 'The disk is full'),

  // We are wrong, or the disk is.
  InternalError: final(500, 'Something is wrong on our side'),
  KeyDamaged: final(500, 'A key that something is sealed under is damaged'),
  LogDamaged: final(500, 'A stored record is damaged'),
  LogWriteFailed: final(500, 'The log could not be written'),
} as const satisfies Readonly<Record<string, ProblemTerms>>;

export type ProblemCode = keyof typeof PROBLEMS;

const terms: ReadonlyMap<string, ProblemTerms> = new Map(Object.entries(PROBLEMS));

/** Undefined for a code that is not in the table: a defect of whoever made it up. */
export const problemTerms = (code: string): ProblemTerms | undefined => terms.get(code);
