import { MINUTE_MS } from '../../../kernel/time';
import type { Zone } from '../../../kernel/zone';
import { compileActivity } from './compile-activity';
import { compileExpiry, compileReward, endOfPeriod } from './compile-calendar';
import { compileCard } from './compile-card';
import { compileRate } from './compile-rate';
import type { CompiledCap, CompiledProgramme, CompiledReturns, CompiledWallet } from './compiled-programme';
import type { Cap, ProgrammeDocument, WalletTerms } from './programme-document';

const DEFAULT_RESERVATION_MINUTES = 5;

/** The document must have passed `checkProgramme`, and the zone be its own: what cannot be read then is a defect. */
export function compileProgramme(
  programme: string,
  revision: number,
  document: ProgrammeDocument,
  zone: Zone,
): CompiledProgramme {
  const { stampCards = [], debt = 'carry', reservationMinutes = DEFAULT_RESERVATION_MINUTES } = document;
  const rewards = new Map(document.rewards?.map((terms) => [terms.id, compileReward(zone, terms)]));
  return {
    programme,
    revision,
    document,
    wallets: document.wallets.map((terms) => compileWallet(terms, document, zone)),
    cards: stampCards.map((terms) => compileCard(terms, document, rewards)),
    rewards,
    returns: compileReturns(document, zone),
    debt,
    reservationMs: reservationMinutes * MINUTE_MS,
    endOfDays: (at, count) => endOfPeriod(zone, at, { unit: 'day', count }),
  };
}

function compileWallet(terms: WalletTerms, document: ProgrammeDocument, zone: Zone): CompiledWallet {
  const { pending, expiry } = terms;
  return {
    terms,
    caps: (document.caps ?? []).filter(({ wallet }) => wallet === terms.id).map(compileCap),
    rolling: expiry?.kind === 'rolling',
    rate: compileRate(terms, document),
    rateActivity: compileActivity(terms, document),
    activeAt: (earnedAt) => (pending === undefined ? earnedAt : endOfPeriod(zone, earnedAt, pending)),
    expiresAt: compileExpiry(zone, expiry),
  };
}

function compileCap(terms: Cap): CompiledCap {
  const rules = terms.rules && new Set(terms.rules);
  return { terms, covers: (rule) => rules === undefined || rules.has(rule) };
}

function compileReturns({ returns }: ProgrammeDocument, zone: Zone): CompiledReturns {
  const { basis = 'rerate', unmatched = 'wait', window } = returns ?? {};
  return {
    basis,
    unmatched,
    windowEnd: (purchasedAt) => (window === undefined ? Infinity : endOfPeriod(zone, purchasedAt, window)),
  };
}
