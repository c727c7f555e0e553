import type { ProgrammeDocument } from '../../../libs/capabilities/programmes';
import { memberOf, textField, type SukiApi } from '../../../libs/client';
import { CliFault } from '../cli-fault';
import { PROGRAMME } from './prepare-tenant';

/**
 * Which of the programme's wallets and cards stand for a known figure; undefined where none does, and the figure then
 * follows from the receipts by its definition.
 */
export interface KnownWallets {
  /** Rounds every document by itself, returns too: whole pounds per invoice. */
  readonly perInvoice?: string;
  /** Rounds the running total of the account: whole pounds of the net. */
  readonly ofNet?: string;
  /** Rates anew what is kept of a purchase, and what belongs to none by itself. */
  readonly rerated?: string;
  /** A stamp for every purchase, kept on returns. */
  readonly visits?: { readonly card: string; readonly every: number };
}

export function knownWallets({ wallets, returns, stampCards = [] }: ProgrammeDocument): KnownWallets {
  const roundedBy = (scope: string): string | undefined =>
    wallets.find(({ rounding }) => rounding.mode === 'floor' && rounding.scope === scope)?.id;
  const byDocument = returns?.basis === 'ownInvoice' ? roundedBy('basket') : undefined;
  const rerated = returns?.basis === 'rerate' && returns.unmatched === 'ownInvoice' ? roundedBy('basket') : undefined;
  const ofNet = roundedBy('account');
  const visits = stampCards.find((card) => card.collect === 'visit' && card.returns === 'keep');
  return {
    ...(byDocument === undefined ? {} : { perInvoice: byDocument }),
    ...(ofNet === undefined ? {} : { ofNet }),
    ...(rerated === undefined ? {} : { rerated }),
    ...(visits === undefined ? {} : { visits: { card: visits.id, every: visits.every } }),
  };
}

/** What all accounts together hold. */
export interface LedgerTotals {
  /** By wallet: available and reserved less debt; below 0 where debt is more. */
  readonly points: ReadonlyMap<string, number>;
  /** By card: rewards that were ever issued and not revoked. */
  readonly issued: ReadonlyMap<string, number>;
}

/** What one customer holds. */
export interface HeldByCustomer {
  readonly points: LedgerTotals['points'];
  /** By card: what has been collected since the last reward. */
  readonly openStamps: ReadonlyMap<string, number>;
  /** By card: rewards that were not used. */
  readonly rewards: ReadonlyMap<string, number>;
}

/** The newest revision of the programme; undefined where the tenant has none. Throws `CliFault`. */
export async function programmeOf(api: SukiApi): Promise<ProgrammeDocument | undefined> {
  const answer = await api.get(`/v1/programmes/${PROGRAMME}`);
  if (answer.kind === 'refused') return undefined;
  const published = memberOf(answer.body, 'published') as readonly unknown[];
  return memberOf(published.at(-1), 'document') as ProgrammeDocument | undefined;
}

/** Over all accounts, strictly before an instant (RFC 3339). Throws `CliFault`. */
export async function ledgerBefore(api: SukiApi, instant: string): Promise<LedgerTotals> {
  const totals = await answerOf(api, `/v1/insights/ledger-totals?before=${encodeURIComponent(instant)}`);
  return { points: balancesIn(totals, 'wallets'), issued: byName(totals, 'cards', 'card', 'issued') };
}

/** By customer id, so many asked for at a time. Throws `CliFault`. */
export async function accountsOf(
  api: SukiApi,
  customers: Iterable<string>,
  atATime: number,
): Promise<ReadonlyMap<string, HeldByCustomer>> {
  const accounts = new Map<string, HeldByCustomer>();
  const waiting = [...new Set(customers)];
  const ask = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const account = await answerOf(api, `/v1/customers/${next}/account`);
      accounts.set(next, {
        points: balancesIn(account, 'balances'),
        openStamps: byName(account, 'cards', 'card', 'stamps'),
        rewards: rewardsIn(account),
      });
    }
  };
  await Promise.all(Array.from({ length: atATime }, ask));
  return accounts;
}

async function answerOf(api: SukiApi, path: string): Promise<unknown> {
  const answer = await api.get(path);
  if (answer.kind === 'answered') return answer.body;
  throw new CliFault('refused', `${path} was not answered: ${answer.code}: ${answer.detail}`);
}

function balancesIn(body: unknown, name: string): ReadonlyMap<string, number> {
  return new Map(
    listIn(body, name).map((wallet) => [
      String(memberOf(wallet, 'wallet')),
      numberIn(wallet, 'available') + numberIn(wallet, 'reserved') - numberIn(wallet, 'debt'),
    ]),
  );
}

function byName(body: unknown, list: string, name: string, value: string): ReadonlyMap<string, number> {
  return new Map(listIn(body, list).map((entry) => [String(memberOf(entry, name)), numberIn(entry, value)]));
}

/** An issued reward is named after its card: `programme~card~ordinal~generation`. */
function rewardsIn(account: unknown): ReadonlyMap<string, number> {
  const rewards = new Map<string, number>();
  for (const held of listIn(account, 'rewards')) {
    const [, card = ''] = (textField(held, 'issued') ?? '').split('~');
    rewards.set(card, (rewards.get(card) ?? 0) + 1);
  }
  return rewards;
}

const isOfProgramme = (entry: unknown): boolean => memberOf(entry, 'programme') === PROGRAMME;

/** Entries of the programme that was imported under. */
function listIn(body: unknown, name: string): readonly unknown[] {
  const value = memberOf(body, name);
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isOfProgramme) : [];
}

function numberIn(body: unknown, name: string): number {
  const value = memberOf(body, name);
  return typeof value === 'number' ? value : 0;
}
