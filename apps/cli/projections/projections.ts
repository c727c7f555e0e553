import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Projection, ReadStore } from '../../../libs/platform/read-store/read-store';
import type { Rebuild } from '../../../libs/platform/read-store/rebuilds';
import { PostgresReadStore } from '../../../libs/platform/read-store/postgres-read-store';
import { SqliteReadStore } from '../../../libs/platform/read-store/sqlite-read-store';
import { READ_STORE } from '../../../libs/platform/settings/process-settings';
import { READ_MODELS } from '../../../libs/capabilities/read-models';
import { CliFault } from '../cli-fault';
import { printLine } from '../output';

export interface ProjectionsOptions {
  readonly data: string;
  readonly readStore?: string;
}

export interface SwitchOptions extends ProjectionsOptions {
  /** Switch also where the two differ: because the live one is what is wrong. */
  readonly different?: boolean;
}

/** What may be done to a read model; each is one call on the store, and projectors find it there within seconds. */
export type ProjectionVerb = 'rebuild' | 'pause' | 'resume' | 'cancel' | 'verify' | 'switch' | 'rollback' | 'finish';

/** Live and sibling are compared once they have seen the same, which they have but for moments. */
const COMPARE_TRIES = 50;
const COMPARE_AGAIN_MS = 200;

/** Prints how far every read model is, and what is being built again. */
export async function projectionsStatus(options: ProjectionsOptions): Promise<void> {
  await withStore(options, async (store) => {
    const positions = await store.positions(READ_MODELS);
    const rebuilds = await store.rebuilds.all();
    const holders = await store.leases.holders();
    for (const { name, version } of READ_MODELS) {
      const shards = positions.get(name) ?? [];
      const at = shards.length === 0 ? 'not made yet' : `at position ${Math.min(...shards)}`;
      const rebuild = rebuilds.find(({ projection }) => projection === name);
      await printLine(`${name} v${version}: ${at}${rebuild === undefined ? '' : `; ${rebuildText(rebuild)}`}`);
    }
    const owners = new Map<string, number>();
    for (const { owner } of holders) owners.set(owner, (owners.get(owner) ?? 0) + 1);
    const shares = Array.from(owners, ([owner, count]) => `${owner} ${count}`).join(', ');
    await printLine(`shards: ${holders.length} of ${store.shards} held${shares === '' ? '' : ` (${shares})`}`);
  });
}

/** Throws `CliFault` where the model is not in the state that the verb is for. */
export async function changeProjection(verb: ProjectionVerb, name: string, options: SwitchOptions): Promise<void> {
  const projection = READ_MODELS.find((one) => one.name === name);
  if (projection === undefined) {
    throw new CliFault('usage', `there is no read model ${name}: ${READ_MODELS.map((one) => one.name).join(', ')}`);
  }
  await withStore(options, async (store) => {
    await printLine(await VERBS[verb](store, projection, await rebuildOf(store, name), options));
  });
}

type Change = (
  store: ReadStore,
  projection: Projection,
  rebuild: Rebuild | undefined,
  options: SwitchOptions,
) => Promise<string>;

const VERBS: Readonly<Record<ProjectionVerb, Change>> = {
  async rebuild(store, projection) {
    const seen = [...(await store.positions([projection])).values()].flat();
    if (seen.length === 0) throw refused(`${projection.name} was never made: start a projector first`);
    if (!(await store.rebuilds.begin(projection, Math.max(...seen)))) {
      throw refused(`${projection.name} is being built again already: finish or cancel that first`);
    }
    return `${projection.name} is built again beside the live one: see "projections status"`;
  },
  async pause(store, { name }) {
    if (!(await store.rebuilds.move(name, 'building', 'paused'))) throw refused(`${name} is not being built`);
    return `${name} is paused`;
  },
  async resume(store, { name }) {
    if (!(await store.rebuilds.move(name, 'paused', 'building'))) throw refused(`${name} is not paused`);
    return `${name} goes on`;
  },
  async cancel(store, { name }, rebuild) {
    if (rebuild === undefined) throw refused(`${name} is not being built again`);
    if (rebuild.state === 'switched') throw refused(`${name} was switched: roll back, or finish`);
    await store.rebuilds.drop(name);
    return `${name} stays as it is; what was built is dropped`;
  },
  async verify(store, projection, rebuild) {
    const { same, found } = await verified(store, projection, rebuild);
    if (!same) process.exitCode = 1;
    return found;
  },
  async switch(store, projection, rebuild, { different }) {
    if (rebuild?.state === 'switched') throw refused(`${projection.name} was switched already`);
    const { same, found } = await verified(store, projection, rebuild);
    if (!same && different !== true) throw refused(`${found}; --different switches all the same`);
    if (!(await store.rebuilds.swap(projection.name))) throw refused(`${projection.name} is not built`);
    return `${found}; switched: the one of before follows until "projections finish", and "projections rollback" brings it back`;
  },
  async rollback(store, { name }, rebuild) {
    if (rebuild?.state !== 'switched' || !(await store.rebuilds.swap(name))) throw refused(`${name} was not switched`);
    return `${name} is the one of before`;
  },
  async finish(store, { name }, rebuild) {
    if (rebuild?.state !== 'switched') throw refused(`${name} was not switched`);
    await store.rebuilds.drop(name);
    return `${name} is the new one for good; the one of before is dropped`;
  },
};

async function verified(
  store: ReadStore,
  projection: Projection,
  rebuild: Rebuild | undefined,
): Promise<{ readonly same: boolean; readonly found: string }> {
  const { name } = projection;
  if (rebuild?.state !== 'built' && rebuild?.state !== 'switched') throw refused(`${name} is not built yet`);
  for (let tries = 0; tries < COMPARE_TRIES; tries++) {
    const { comparable, rows, onlyLive, onlySibling } = await store.rebuilds.compare(projection);
    if (comparable) {
      const same = onlyLive === 0 && onlySibling === 0;
      const difference = `DIFFERS: ${onlyLive} rows only in the live one, ${onlySibling} only in the other`;
      return { same, found: same ? `${name}: ${rows} rows, the same in both` : `${name} ${difference}` };
    }
    await new Promise((resolve) => setTimeout(resolve, COMPARE_AGAIN_MS));
  }
  throw new CliFault('unavailable', `${name}: one of the two is behind the other; is a projector running?`);
}

function rebuildText({ state, position, end, events, workedMs }: Rebuild): string {
  if (state === 'built') return 'built again, follows';
  if (state === 'switched') return 'switched; the one of before follows';
  const share = Math.min(1, (position + 1) / (end + 1));
  const rate = Math.round((events * 1000) / Math.max(1, workedMs));
  const left = share === 0 ? '?' : Math.ceil((workedMs * (1 - share)) / share / 1000);
  return `${state}: ${Math.floor(share * 100)}%, ${rate} events/s, ${left} s left`;
}

const rebuildOf = async (store: ReadStore, name: string): Promise<Rebuild | undefined> =>
  (await store.rebuilds.all()).find(({ projection }) => projection === name);

const refused = (why: string): CliFault => new CliFault('usage', why);

async function withStore(options: ProjectionsOptions, work: (store: ReadStore) => Promise<void>): Promise<void> {
  const store = await openStore(options);
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

function openStore({ data, readStore = process.env['SUKI_READ_STORE'] }: ProjectionsOptions): Promise<ReadStore> {
  const place = readStore === undefined ? undefined : READ_STORE.read(readStore);
  if (place?.kind === 'postgres') return PostgresReadStore.open({ url: place.url, connections: 2 });
  const file = place?.file ?? join(data, 'read.db');
  if (!existsSync(file)) throw new CliFault('usage', `there are no read models in ${file}`);
  return SqliteReadStore.open(file);
}
