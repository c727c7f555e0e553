import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { v5 as referenceV5, validate, version } from 'uuid';
import type { LotKey, ReceiptKey, StreamName, TenantId } from '../../kernel/ids';
import { eventId, firstKeyId, isCustomerId, lotId, newCustomerId, newKeyId, purchaseId } from './identifiers';
import { uuidBytes, uuidV5, uuidV7 } from './uuid';

const compute: Readonly<Record<string, (tenant: TenantId, cause: string) => string>> = {
  purchase: (tenant, cause) => purchaseId(tenant, cause as ReceiptKey),
  lot: (tenant, cause) => lotId(tenant, cause as LotKey),
  key: (tenant) => firstKeyId(tenant),
  event: (tenant, cause) => {
    const [stream = '', ...rest] = cause.split('~');
    return eventId(tenant, stream as StreamName, rest.slice(0, -1).join('~'), Number(rest.at(-1)));
  },
};

/** Rows of the table of test vectors: kind, tenant, cause, id. */
function vectors(): string[][] {
  const rows = readFileSync('docs/ids.md', 'utf8').matchAll(/^\| `(\w+)` \| `(\w+)` \| `([^`]+)` \| `([^`]+)` \|$/gm);
  return [...rows].map((row) => row.slice(1));
}

describe('ids', () => {
  it('gives the documented id for every test vector of docs/ids.md', () => {
    expect(vectors().length).toBeGreaterThanOrEqual(6);
    for (const [kind = '', tenant = '', cause = '', id] of vectors()) {
      expect(compute[kind]?.(tenant as TenantId, cause)).toBe(id);
    }
  });

  it('derives what the reference implementation of UUIDv5 derives', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string({ unit: 'grapheme' }), (namespace, name) => {
        expect(uuidV5(uuidBytes(namespace), name)).toBe(referenceV5(name, namespace));
      }),
    );
  });

  it('makes valid version 7 ids that sort by time', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 47 }), (now) => {
        const id = uuidV7(now);
        expect([validate(id), version(id)]).toEqual([true, 7]);
        expect(id < uuidV7(now + 1)).toBe(true);
      }),
    );
  });

  it('tells customer ids from other texts', () => {
    expect(isCustomerId(newCustomerId(1_790_000_000_000))).toBe(true);
    expect(isCustomerId(newKeyId(1_790_000_000_000))).toBe(false);
    expect(isCustomerId('cus_9001')).toBe(false);
  });
});
