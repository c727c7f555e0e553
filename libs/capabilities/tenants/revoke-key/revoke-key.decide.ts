import { accept, refuse, type Decision } from '../../../kernel/decision';
import type { KeyRevoked } from '../tenant/tenant.events';
import type { Tenant } from '../tenant/tenant.state';

export interface RevokeKey {
  readonly key: string;
}

export type RevokeKeyRefusal = 'KeyNotFound';

export function revokeKey({ key }: RevokeKey, tenant: Tenant): Decision<KeyRevoked, RevokeKeyRefusal> {
  if (!tenant.keys.has(key)) return refuse('KeyNotFound', `there is no working key ${key}`);
  return accept<KeyRevoked>({ type: 'KeyRevoked', version: 1, data: { key } });
}
