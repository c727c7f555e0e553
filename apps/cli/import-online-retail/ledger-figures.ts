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

/** What one account, or all of them together, hold: balances by wallet, and stamps by card. */
export interface Held {
  /** Available and reserved less debt; below 0 where debt is more. */
  readonly points: ReadonlyMap<string, number>;
  readonly stamps: ReadonlyMap<string, number>;
  /** Rewards of the card that were ever issued and not revoked; only over all accounts. */
  readonly issued: ReadonlyMap<string, number>;
}

/** The newest revision of the programme; undefined where the tenant has none. Throws `CliFault`. */
export async function programmeOf(api: SukiApi): Promise<ProgrammeDocument | undefined> {
  const answer = await api.get(`/v1/programmes/${PROGRAMME}`);
  if (answer.kind === 'refused') return undefined;
  const published = listIn(answer.body, 'published');
  return memberOf(published.at(-1), 'document') as ProgrammeDocument | undefined;
}

/** Over all accounts, strictly before an instant (RFC 3339). Throws `CliFault`. */
export async function ledgerBefore(api: SukiApi, instant: string): Promise<Held> {
  return heldIn(await answerOf(api, `/v1/insights/ledger-totals?asOf=${encodeURIComponent(instant)}`));
}

/** By customer id, so many asked for at a time. Throws `CliFault`. */
export async function accountsOf(
  api: SukiApi,
  customers: Iterable<string>,
  atATime: number,
): Promise<ReadonlyMap<string, Held>> {
  const accounts = new Map<string, Held>();
  const waiting = [...new Set(customers)];
  const ask = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      accounts.set(next, heldIn(await answerOf(api, `/v1/customers/${next}/account`)));
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

function heldIn(body: unknown): Held {
  const wallets = [...listIn(body, 'balances'), ...listIn(body, 'wallets')].filter(isOfProgramme);
  const cards = listIn(body, 'cards').filter(isOfProgramme);
  const named = (name: string, entries: readonly unknown[], value: (entry: unknown) => number) =>
    new Map(entries.map((entry) => [String(memberOf(entry, name)), value(entry)]));
  return {
    points: named(
      'wallet',
      wallets,
      (wallet) => numberIn(wallet, 'available') + numberIn(wallet, 'reserved') - numberIn(wallet, 'debt'),
    ),
    stamps: named('card', cards, (card) => numberIn(card, 'stamps')),
    issued: named('card', cards, (card) => numberIn(card, 'issued')),
  };
}

const isOfProgramme = (entry: unknown): boolean => memberOf(entry, 'programme') === PROGRAMME;

function listIn(body: unknown, name: string): readonly unknown[] {
  const value = memberOf(body, name);
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function numberIn(body: unknown, name: string): number {
  const value = memberOf(body, name);
  return typeof value === 'number' ? value : 0;
}
