import type { JsonObject } from '../../libs/kernel/json';
import type { ProgrammeDocument } from '../../libs/capabilities/programmes';
import type { ApiAnswer, SukiApi } from '../../libs/client';

export const STARTER_OUTLET = 'manila-1';

/** One point for every peso, for all time: what a new shop begins with. */
const STARTER_PROGRAMME: ProgrammeDocument = {
  language: 1,
  name: 'Suki points',
  currency: 'PHP',
  timeZone: 'Asia/Manila',
  wallets: [{ id: 'points', name: 'points', rounding: { mode: 'floor', scope: 'basket' } }],
  rules: [{ id: 'base', kind: 'perAmount', wallet: 'points', points: '1', amount: '1.00' }],
};

/** An outlet and a programme in force, unless somebody has made one. Every step has a key of its own, so a start that was cut short is finished by the next. */
export async function makeStarter(api: SukiApi): Promise<void> {
  const { outlets } = (await get(api, '/v1/outlets')) as { readonly outlets: readonly unknown[] };
  if (outlets.length === 0) {
    await openOutlet(api, STARTER_OUTLET, { name: 'Manila 1', timeZone: 'Asia/Manila', numbering: 'forever' });
  }
  const { programmes } = (await get(api, '/v1/programmes')) as { readonly programmes: readonly ListedProgramme[] };
  if (programmes.every(({ inForce }) => inForce === undefined)) await putInForce(api, 'main', STARTER_PROGRAMME);
}

interface ListedProgramme {
  readonly inForce?: number;
}

export async function openOutlet(
  api: SukiApi,
  outlet: string,
  terms: { readonly name: string; readonly timeZone: string; readonly numbering: 'forever' | 'daily' },
): Promise<void> {
  await done(api.put(`/v1/outlets/${outlet}`, { ...terms, currency: 'PHP' }, `start.outlet.${outlet}`));
}

/** Drafts, publishes and activates a document for all time; only possible before the first purchase. */
export async function putInForce(api: SukiApi, programme: string, document: ProgrammeDocument): Promise<void> {
  const path = `/v1/programmes/${programme}`;
  const key = (step: string): string => `start.programme.${programme}.${step}`;
  await done(api.put(`${path}/draft`, JSON.parse(JSON.stringify(document)) as JsonObject, key('draft')));
  const { body } = await done(api.post(`${path}/revisions`, {}, key('publish')));
  const { revision } = body as { readonly revision: number };
  const from = { effectiveFrom: '1970-01-01T00:00:00Z' };
  await done(api.post(`${path}/revisions/${revision}/activation`, from, key('activate')));
}

async function get(api: SukiApi, path: string): Promise<unknown> {
  return (await done(api.get(path))).body;
}

/** Throws where the product refuses what it is given at its own start. */
export async function done(sent: ReturnType<SukiApi['get']>): Promise<ApiAnswer> {
  const answer = await sent;
  if (answer.kind === 'answered') return answer;
  throw new Error(`${answer.code}: ${answer.detail}`);
}
