import { relative } from 'node:path';
import { DEMO_CARD } from './demo-shop';
import { STARTER_OUTLET } from './starter';

export interface Welcome {
  readonly url: string;
  readonly keyFile: string;
  /** There is a customer with the demo's card. */
  readonly demo: boolean;
  readonly esdb: { readonly port: number; readonly authorityFile: string } | undefined;
}

/** What is printed once the product is open. */
export function welcomeText({ url, keyFile, demo, esdb }: Welcome): string {
  const shown = fromHere(keyFile);
  const headers = `-H "Authorization: Bearer $(cat '${shown}')" -H 'Content-Type: application/json'`;
  const enrol = `curl -s ${url}/v1/customers ${headers} -H 'Idempotency-Key: first-customer' -d '{"card":"${DEMO_CARD}"}' > /dev/null; `;
  const purchase =
    `{"outlet":"${STARTER_OUTLET}","till":"1","receipt":"'$(date +%s%N)'","occurredAt":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'",` +
    `"customer":{"card":"${DEMO_CARD}"},"currency":"PHP",` +
    `"lines":[{"sku":"ICE-CONE","category":"ice-cream","quantity":3,"unitPrice":4500,"amount":13500}]}`;
  return [
    `Suki is open at ${url}`,
    `  documentation  ${url}/docs`,
    `  API key        ${shown}`,
    ...(esdb === undefined ? [] : [`  EventStoreDB   ${esdbAddress(esdb, shown)}`]),
    '',
    'Earn points, as often as you like:',
    `  ${demo ? '' : enrol}curl -s ${url}/v1/purchases ${headers} -d '${purchase}'`,
    '',
  ].join('\n');
}

/** A connection string for any of its clients. */
const esdbAddress = ({ port, authorityFile }: NonNullable<Welcome['esdb']>, keyFile: string): string =>
  `esdb://admin:$(cat '${keyFile}')@localhost:${port}?tls=true&tlsCAFile=${fromHere(authorityFile)}`;

function fromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
