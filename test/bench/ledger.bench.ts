import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditDirectory } from '../../apps/cli/audit/audit';
import {
  decideInOrder,
  decideOnHistory,
  type AccountDraft,
} from '../../libs/capabilities/accounts/account/decide-account';
import { initialAccount } from '../../libs/capabilities/accounts/account/account.state';
import { purchaseDecider } from '../../libs/capabilities/accounts/record-purchase/record-purchase.decide';
import { streamName } from '../../libs/kernel/ids';
import type { Sliced } from '../../libs/kernel/sliced';
import { inSlices } from '../../libs/platform/decisions/in-slices';
import { DataDirectory } from '../../libs/platform/event-store/embedded/data-directory';
import { EmbeddedEventStore } from '../../libs/platform/event-store/embedded/embedded-event-store';
import type { EventStore, NewEvent } from '../../libs/platform/event-store/event-store';
import { accountStream, appendNext, gather, MAIN } from '../../libs/testing/append-request';
import { sha256 } from '../../libs/testing/given-when-then';
import { always, onePointPer, programme } from '../../libs/testing/rule-sketches';
import type { BenchRow } from './bench-row';
import { purchaseAt, purchaseFact } from './reference-purchase';

const sketch = { rules: [onePointPer('1.00')] };
const terms = always(sketch);

/** What needs the whole history: a late fact on a long account, and the audit of every account. */
export async function run(): Promise<readonly BenchRow[]> {
  return [...(await lateFact(10_000)), ...(await audit(3_000, 20))];
}

/** In the middle of so many facts; the median of several times, and of their longest steps. */
async function lateFact(count: number): Promise<readonly BenchRow[]> {
  const facts = Array.from({ length: count }, (_, index) => purchaseFact(index));
  const { purchase, now } = purchaseAt(count);
  const late = purchaseDecider({ purchase, now, occurredAt: purchaseAt(count >> 1).occurredAt + 1 });
  const rounds: { readonly ms: number; readonly longest: number }[] = [];
  for (let round = 0; round < 7; round++) {
    const steps = { longest: 0 };
    const started = performance.now();
    const work = decideOnHistory(late, { facts, announced: -Infinity }, terms, sha256);
    const { kind } = await inSlices(watched(work, steps));
    rounds.push({ ms: performance.now() - started, ...steps });
    if (kind !== 'draft') throw new Error('the late purchase was refused');
  }
  const name = `late purchase, facts of its account: ${count}`;
  return [
    { name, value: Math.round(median(rounds.map(({ ms }) => ms))), unit: 'ms' },
    { name: 'its longest step', value: rounded(median(rounds.map(({ longest }) => longest))), unit: 'ms', atMost: 5 },
  ];
}

/** The event loop waits for a step, however short the slices are. */
function* watched<Result>(work: Sliced<Result>, steps: { longest: number }): Sliced<Result> {
  for (;;) {
    const started = performance.now();
    const step = work.next();
    steps.longest = Math.max(steps.longest, performance.now() - started);
    if (step.done === true) return step.value;
    yield;
  }
}

async function audit(accounts: number, purchases: number): Promise<readonly BenchRow[]> {
  const data = mkdtempSync(join(tmpdir(), 'suki-bench-'));
  const directory = await DataDirectory.open(data);
  const store = await EmbeddedEventStore.open({
    log: directory.log,
    indexPath: directory.index,
    unseal: (x) => Promise.resolve(x),
  });
  await recordProgramme(store);
  const drafts = draftsOf(purchases);
  for (let first = 0; first < accounts; first += 50) {
    const some = Array.from({ length: 50 }, (_, index) => record(store, `cus_${first + index}`, drafts));
    await Promise.all(some);
  }
  await store.indexed();
  const started = performance.now();
  const events = await gather(store.readAll());
  const readMs = performance.now() - started;
  const { facts, factsPerSecond, differing } = await auditDirectory(data);
  if (facts !== accounts * purchases || differing.length > 0) throw new Error('the audit found what was not recorded');
  await store.close();
  directory.close();
  rmSync(data, { recursive: true });
  const perSecond = (events.length * 1_000) / readMs;
  return [
    {
      name: `suki audit, ${accounts} accounts of ${purchases} purchases`,
      value: factsPerSecond,
      unit: 'facts/s',
      ratio: rounded((factsPerSecond * events.length) / facts / perSecond),
      floor: 'reading the same events in one thread',
    },
  ];
}

async function recordProgramme(store: EventStore): Promise<void> {
  const events: NewEvent[] = [
    { type: 'ProgrammeRevisionPublished', version: 1, data: { revision: 1, document: programme(sketch) } },
    { type: 'ProgrammeActivated', version: 1, data: { revision: 1, effectiveFrom: 0, opening: 0 } },
  ];
  await appendNext(store, streamName('programme', MAIN, 'main'), { events });
}

function draftsOf(purchases: number): readonly AccountDraft[] {
  let account = initialAccount;
  return Array.from({ length: purchases }, (_, index) => {
    const draft = decideInOrder(purchaseDecider(purchaseAt(index)), account, terms);
    if (draft.kind !== 'draft') throw new Error(`a purchase in order was ${draft.kind}`);
    account = draft.next;
    return draft;
  });
}

async function record(store: EventStore, account: string, drafts: readonly AccountDraft[]): Promise<void> {
  for (const { events, occurredAt, effectiveAt, outcome } of drafts) {
    const stored = events.map(({ type, version, data }) => ({ type, version, data: data }));
    await appendNext(store, accountStream(account), { events: stored, occurredAt, effectiveAt, outcome });
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
