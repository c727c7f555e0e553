import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from '../../../libs/kernel/canonical-json';
import type { JsonObject } from '../../../libs/kernel/json';
import { writeSecretFile } from '../../../libs/platform/keys/key-files';
import { CliFault } from '../cli-fault';
import { readKey } from '../data-directory';
import { memberOf, SukiApiFault, textField, type ApiAnswer, type ApiRefusal, type SukiApi } from '../../../libs/client';
import { OUTLET, OUTLET_ZONE } from './purchase-of-invoice';

export const PROGRAMME = 'main';

/** What was decided is never decided anew: only the first programme of a tenant without purchases may reach back. */
const TOO_LATE = new Set(['AccountsOpened', 'ActivationTooEarly']);

/** In force for every purchase, whichever files are imported and in which order. */
const BEFORE_ALL_PURCHASES = '1970-01-01T00:00:00Z';

/**
 * Answers the API with a key that may record history. It is issued by the given admin key and kept beside it
 * (`shop-admin.key` → `shop-import.key`, 0600); one that was revoked is replaced. Throws `CliFault`.
 */
export async function withHistoryKey(api: SukiApi, adminKeyFile: string): Promise<SukiApi> {
  const file = join(dirname(adminKeyFile), `${basename(adminKeyFile).replace(/(-admin)?\.key$/, '')}-import.key`);
  const kept = existsSync(file) ? api.withKey(await readKey(file)) : undefined;
  if (kept !== undefined && (await isAccepted(kept))) return kept;
  // The secret is in the first answer only, so a key whose answer was lost is left unused and another one is made.
  const body = { name: 'import', role: 'admin', history: true };
  const answer = answered('a key for the import was not issued', await api.post('/v1/keys', body, randomUUID()));
  const secret = textField(answer.body, 'secret');
  if (secret === undefined) throw new CliFault('refused', 'the server issued a key without showing it');
  writeSecretFile(file, Buffer.from(`${secret}\n`));
  return api.withKey(secret);
}

/** False for a key that was revoked. */
async function isAccepted(api: SukiApi): Promise<boolean> {
  try {
    await api.get('/v1/outlets');
    return true;
  } catch (error) {
    if (error instanceof SukiApiFault && error.kind === 'refused') return false;
    throw error;
  }
}

/** Opens the outlet where the tenant does not have it. Throws `CliFault`. */
export async function ensureOutlet(api: SukiApi): Promise<void> {
  const there = await api.get(`/v1/outlets/${OUTLET}`);
  if (there.kind === 'answered') return;
  const outlet = { name: 'Online shop', timeZone: OUTLET_ZONE, currency: 'GBP', numbering: 'forever' };
  const key = `online-retail.outlet.${OUTLET}`;
  answered(`outlet ${OUTLET} was not opened`, await api.put(`/v1/outlets/${OUTLET}`, outlet, key));
}

/**
 * Drafts, publishes and activates a programme document for all time. The keys of the three commands follow from the
 * document: the same file again is answered as before, another one on a tenant with account facts is refused. Throws `CliFault`.
 */
export async function activateProgramme(api: SukiApi, file: string): Promise<void> {
  const document = await readDocument(file);
  const digest = createHash('sha256').update(canonicalJson(document)).digest('hex').slice(0, 32);
  const key = (step: string): string => `online-retail.programme.${digest}.${step}`;
  const path = `/v1/programmes/${PROGRAMME}`;

  await refuseBesideAnother(api, file, document);
  answered(`${file} was not accepted`, await api.put(`${path}/draft`, document, key('draft')));
  const published = await api.post(`${path}/revisions`, {}, key('publish'));
  const revision = numberField(answered(`${file} was not published`, published).body, 'revision');
  const activation = await api.post(
    `${path}/revisions/${revision}/activation`,
    { effectiveFrom: BEFORE_ALL_PURCHASES },
    key('activate'),
  );
  if (activation.kind === 'refused' && TOO_LATE.has(activation.code)) throw cannotReachBack(file);
  answered(`${file} was not activated`, activation);
}

/** Before anything is drafted: what was published cannot be taken back. */
async function refuseBesideAnother(api: SukiApi, file: string, document: JsonObject): Promise<void> {
  const programme = await api.get(`/v1/programmes/${PROGRAMME}`);
  const published = programme.kind === 'answered' ? memberOf(programme.body, 'published') : undefined;
  const [first] = Array.isArray(published) ? (published as unknown[]) : [];
  if (first !== undefined) {
    if (isDeepStrictEqual(memberOf(first, 'document'), document)) return;
    throw cannotReachBack(file);
  }
  const feed = await api.get('/v1/feed?types=loyalty.purchase.recorded.v1&limit=1');
  if (answered('the feed was not read', feed).body !== null) throw cannotReachBack(file);
}

const cannotReachBack = (file: string): CliFault =>
  new CliFault(
    'refused',
    `${file} cannot reach back: the tenant holds purchases, or another programme, already; leave --programme out, or ` +
      'import into a new tenant (suki tenant create NAME)',
  );

async function readDocument(file: string): Promise<JsonObject> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CliFault('usage', `${file} cannot be read: ${(error as Error).message}`);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new CliFault('usage', `${file} is no programme: it must hold one JSON object`);
  }
  return document as JsonObject;
}

function answered(what: string, answer: ApiAnswer | ApiRefusal): ApiAnswer {
  if (answer.kind === 'refused') throw new CliFault('refused', `${what}: ${answer.code}: ${answer.detail}`);
  return answer;
}

function numberField(body: unknown, name: string): number {
  const value = memberOf(body, name);
  if (typeof value !== 'number') throw new CliFault('refused', `the server answered without a number "${name}"`);
  return value;
}
