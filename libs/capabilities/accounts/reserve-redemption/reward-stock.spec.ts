import type { AccountId, CustomerId, TenantId } from '../../../kernel/ids';
import type { EventStore } from '../../../platform/event-store/event-store';
import { always, onePointPer } from '../../../testing/rule-sketches';
import { kurrentLibrary } from '../../../platform/event-store/esdb/kurrent-library';
import { openThroughDoor } from '../../../testing/temporary-esdb-store';
import { openSimulatedStore } from '../../../testing/temporary-store';
import type { CustomerSource } from '../../customers';
import type { TermsSource } from '../../programmes';
import type { OutletSource } from '../../tenants';
import { adjustDecider } from '../adjust-points/adjust-points.decide';
import { AccountStreams } from '../account/account-streams';
import { releaseDecider } from '../release-redemption/release-redemption.decide';
import { RedemptionCommands } from './redemption-commands';
import { reserveDecider } from './reserve-redemption.decide';
import { RewardStock } from './reward-stock';

const START = Date.parse('2026-11-25T03:00:00Z');
const MINUTE = 60_000;
const tenant = 'main' as TenantId;

const outlets: OutletSource = {
  outlet: () => ({ outlet: 'manila-1', name: 'M', timeZone: 'Asia/Manila', currency: 'PHP', numbering: 'forever' }),
};
const customers: CustomerSource = { resolve: (_, { id }) => Promise.resolve(id as CustomerId) };

const cost = { wallet: 'points', points: 1 };

function termsWith(stock: number): TermsSource {
  const terms = always({
    rules: [onePointPer('1.00')],
    rewards: [{ id: 'gift', name: 'Gift', kind: 'catalogue', description: 'A gift', stock, cost }],
  });
  return {
    termsOf: () => terms,
    openingsOf: () => 0,
    documentOf: () => undefined,
    waitFor: () => Promise.resolve(true),
  };
}

/** One process of several on the same log, with its own memory and clock. */
class Process {
  readonly stock: RewardStock;
  private readonly accounts: AccountStreams;
  private readonly redemptions: RedemptionCommands;
  private sent = 0;
  now = START;

  constructor(
    store: EventStore,
    private readonly name: string,
    stock: number,
  ) {
    const terms = termsWith(stock);
    const checkpoints = { load: () => undefined, save: () => undefined, close: () => Promise.resolve() };
    this.accounts = new AccountStreams(store, checkpoints, terms, outlets);
    this.stock = new RewardStock(this.accounts);
    this.redemptions = new RedemptionCommands(this.accounts, this.stock, () => this.now, outlets, customers, terms);
  }

  /** The piece a new customer gets, or why none. */
  async reserve(customer: string): Promise<number | string> {
    await this.givePoint(customer);
    const write = this.write();
    const reward = { programme: 'main', id: 'gift' };
    const request = { customer: { id: customer }, outlet: 'manila-1', till: this.name, reward };
    const result = await this.redemptions.begin(write, request, false, (attempt) =>
      reserveDecider({ ...attempt, outlet: 'manila-1', till: this.name, reward }),
    );
    if (result.kind === 'refused') return result.refusal.code;
    if (result.kind === 'differentBody') throw new Error('the key was used twice');
    return result.append.events.map(({ data }) => data['piece'])[0] as number;
  }

  /** Who holds a piece. */
  async redemptionOf(piece: number): Promise<string> {
    const { store } = this.accounts;
    const holder = await store.claimHolder(this.stock.shelf(tenant, { programme: 'main', id: 'gift' }).claimOf(piece));
    const append = holder && (await store.readAppend(holder.stream, holder.firstRevision));
    return append?.events[0]?.data['redemption'] as string;
  }

  /** Gives the piece of a reservation back. */
  async release(redemption: string): Promise<void> {
    const found = await this.redemptions.find(tenant, redemption);
    if (found === undefined) throw new Error(`no ${redemption}`);
    const { data: reserved, shelf } = found;
    const decider = (now: number) => releaseDecider({ reserved, now, of: 'held' });
    const claims = () => [{ action: 'release' as const, key: shelf.claimOf(reserved.piece ?? 0) }];
    const result = await this.redemptions.continue(this.write(), found, {}, decider, claims);
    if (result.kind !== 'recorded') throw new Error(`${redemption} was not released`);
  }

  private write() {
    const caller = { tenant, key: 'key_1', role: 'admin' as const, outlets: [], history: false };
    const key = `${this.name}-${++this.sent}`;
    return { caller, idempotencyKey: key, fingerprint: key, correlationId: key };
  }

  private async givePoint(customer: string): Promise<void> {
    const key = `point-${customer}`;
    const adjustment = { key, programme: 'main', wallet: 'points', points: 1, reason: 'to begin with' };
    await this.accounts.run({
      tenant,
      account: customer as AccountId,
      commandKey: key,
      claimKey: `main/command/${key}`,
      fingerprint: key,
      actor: { key: 'key_1', role: 'admin' },
      correlationId: key,
      causationId: null,
      now: this.now,
      decider: adjustDecider({ ...adjustment, role: 'admin', now: this.now }),
    });
  }
}

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `cus_${prefix}${index}`);

const pieces = (results: readonly (number | string)[]): readonly number[] =>
  results.filter((result) => typeof result === 'number').sort((a, b) => a - b);

describe('a stock that two processes share', () => {
  it('L.4 gives each piece once, and tells everybody else that none is left', async () => {
    const { store, dispose } = await openSimulatedStore();
    const [one, two] = [new Process(store, 'one', 7), new Process(store, 'two', 7)];
    const results = await Promise.all([
      ...names('a', 10).map((customer) => one.reserve(customer)),
      ...names('b', 10).map((customer) => two.reserve(customer)),
    ]);
    expect(pieces(results)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(results.filter((result) => typeof result === 'string'))).toEqual(new Set(['RewardOutOfStock']));
    await dispose();
  });

  it('gives the pieces of reservations that lapsed to somebody else, each of them once', async () => {
    const { store, dispose } = await openSimulatedStore();
    const before = new Process(store, 'before', 3);
    for (const customer of names('a', 3)) await before.reserve(customer);
    const [one, two] = [new Process(store, 'one', 3), new Process(store, 'two', 3)];
    expect(await one.reserve('cus_early')).toBe('RewardOutOfStock');
    for (const process of [one, two]) process.now = START + 5 * MINUTE;
    const results = await Promise.all([
      ...names('b', 4).map((customer) => one.reserve(customer)),
      ...names('c', 4).map((customer) => two.reserve(customer)),
    ]);
    expect(pieces(results)).toEqual([1, 2, 3]);
    const reserved = results.findIndex((result) => typeof result === 'number');
    const again = names('b', 4).concat(names('c', 4))[reserved] ?? '';
    expect(await one.reserve(again)).toBe('InsufficientPoints');
    await dispose();
  });

  it('L.4 gives a piece that another process has released as soon as that was answered', async () => {
    const { store, another, dispose } = await openThroughDoor(kurrentLibrary);
    const [one, two] = [new Process(store, 'one', 2), new Process(another(), 'two', 2)];
    expect([await one.reserve('cus_a'), await two.reserve('cus_b')]).toEqual([1, 2]);
    expect([await one.reserve('cus_c'), await two.reserve('cus_c')]).toEqual(['RewardOutOfStock', 'RewardOutOfStock']);
    for (const [here, there, customer] of [
      [one, two, 'cus_c'],
      [two, one, 'cus_d'],
    ] as const) {
      await there.release(await here.redemptionOf(2));
      expect(await here.reserve(customer)).toBe(2);
    }
    await dispose();
  });

  it('that is made larger or smaller is another one from then on', async () => {
    const { store, dispose } = await openSimulatedStore();
    const shelf = new Process(store, 'one', 5).stock.shelf(tenant, { programme: 'main', id: 'gift' });
    expect([await shelf.left(5), await shelf.left(2), await shelf.left(4), await shelf.left(10_001)]).toEqual([
      5,
      2,
      4,
      undefined,
    ]);
    await dispose();
  });
});
