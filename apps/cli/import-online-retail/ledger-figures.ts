import type { ProgrammeDocument } from '../../../libs/capabilities/programmes';
import { memberOf, type SukiApi } from '../../../libs/client';
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
  /** Balances by wallet. */
  readonly points: Balances;
  readonly cards: ReadonlyMap<string, CardTotals>;
}

/** By wallet: available and reserved less debt; below 0 where debt is more. */
export type Balances = ReadonlyMap<string, number>;

export interface CardTotals {
  readonly completed: number;
  readonly customersWithOne: number;
  readonly openLeft: number;
}

/** The newest revision of the programme; undefined where the tenant has none. Throws `CliFault`. */
export async function programmeOf(api: SukiApi): Promise<ProgrammeDocument | undefined> {
  const answer = await api.get(`/v1/programmes/${PROGRAMME}`);
  if (answer.kind === 'refused') return undefined;
  const published = memberOf(answer.body, 'published') as readonly unknown[];
  return memberOf(published.at(-1), 'document') as ProgrammeDocument | undefined;
}

/** Over all accounts, now or strictly before an instant (RFC 3339). Throws `CliFault`. */
export async function ledgerTotals(api: SukiApi, before?: string): Promise<LedgerTotals> {
  const until = before === undefined ? '' : `?before=${encodeURIComponent(before)}`;
  const totals = await answerOf(api, `/v1/insights/ledger-totals${until}`);
  const cards = entriesIn(totals, 'cards').map((card): [string, CardTotals] => [
    String(memberOf(card, 'card')),
    {
      completed: numberIn(card, 'completed'),
      customersWithOne: numberIn(card, 'customersWithACompletedCard'),
      openLeft: numberIn(card, 'openStamps'),
    },
  ]);
  return { points: balancesIn(totals, 'wallets'), cards: new Map(cards) };
}

/** Of each customer, by id, so many asked for at a time. Throws `CliFault`. */
export async function balancesOf(
  api: SukiApi,
  customers: Iterable<string>,
  atATime: number,
): Promise<ReadonlyMap<string, Balances>> {
  const balances = new Map<string, Balances>();
  const waiting = [...new Set(customers)];
  const ask = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      balances.set(next, balancesIn(await answerOf(api, `/v1/customers/${next}/account`), 'balances'));
    }
  };
  await Promise.all(Array.from({ length: atATime }, ask));
  return balances;
}

async function answerOf(api: SukiApi, path: string): Promise<unknown> {
  const answer = await api.get(path);
  if (answer.kind === 'answered') return answer.body;
  throw new CliFault('refused', `${path} was not answered: ${answer.code}: ${answer.detail}`);
}

function balancesIn(body: unknown, name: string): Balances {
  return new Map(
    entriesIn(body, name).map((wallet) => [String(memberOf(wallet, 'wallet')), numberIn(wallet, 'balance')]),
  );
}

const isOfProgramme = (entry: unknown): boolean => memberOf(entry, 'programme') === PROGRAMME;

/** Entries of the programme that was imported under. */
function entriesIn(body: unknown, name: string): readonly unknown[] {
  const value = memberOf(body, name);
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isOfProgramme) : [];
}

function numberIn(body: unknown, name: string): number {
  const value = memberOf(body, name);
  if (typeof value === 'number') return value;
  throw new CliFault('refused', `the server answered without a number "${name}"`);
}
