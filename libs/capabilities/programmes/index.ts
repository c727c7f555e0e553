// The programmes' door: the rule language, its interpreter and a tenant's terms.
export { NO_VISIT, type Activity, type Basket, type BasketLine, type Visit } from './language/basket';
export { checkProgramme, type ProgrammeCheck } from './language/check-programme';
export { compileProgramme } from './language/compile-programme';
export type {
  AppliedMultiplier,
  CompiledCap,
  CompiledCard,
  CompiledProgramme,
  CompiledReturns,
  CompiledReward,
  CompiledWallet,
  Contribution,
} from './language/compiled-programme';
export { explainCard, explainReward } from './language/explain-reward';
export { explainRule } from './language/explain-rule';
export { explainCap, explainExpiry, explainReturns } from './language/explain-terms';
export {
  LANGUAGE_VERSION,
  type Cap,
  type EarningRule,
  type Expiry,
  type Period,
  type ProgrammeDocument,
  type ReturnTerms,
  type Reward,
  type Rounding,
  type StampCard,
  type RuleConditions,
  type WalletTerms,
} from './language/programme-document';
export { programmeSchema } from './language/programme-document.schema';
export { accountScopeChange, roundPoints, sumOf } from './language/round-points';
export type { ProgrammeEvent } from './programme/programme.events';
export { programmeTimeline, termsAt, termsOf, type ProgrammeTimeline, type Terms } from './programme/terms';
export { openedKey, openingKey } from './programme/opening-claims';
export {
  PROGRAMME_CONTRACTS,
  PROGRAMME_MEMBERS,
  programmeContract,
  type ProgrammeContract,
} from './programme/programme.contract';
export type { TermsSource } from './programme/terms-source';
