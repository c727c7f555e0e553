import { existsSync, readFileSync } from 'node:fs';
import { BALANCE_SCHEMAS, EVENT_SCHEMAS } from '../../libs/capabilities/feed/contract-schemas';
import { brokenPromises, type Schemas } from './contract-promises';
import { inRepository } from './repository';

export const CONTRACTS = 'contracts.json';

const published: Schemas = { ...EVENT_SCHEMAS, ...BALANCE_SCHEMAS };

/** What was published before, and is kept by this file for as long as anybody reads. */
export function promisedSchemas(): Schemas {
  const file = inRepository('docs/generated', CONTRACTS);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Schemas) : {};
}

/** JSON Schema of the data of every published type. Throws where that would break a promise: such a change is a new type. */
export function contractsCatalogue(): string {
  const broken = brokenPromises(promisedSchemas(), published);
  if (broken.length > 0) throw new Error(`published events would break a promise:\n${broken.join('\n')}`);
  return JSON.stringify(published, null, 2);
}
