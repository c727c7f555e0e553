import type { Metadata } from '@grpc/grpc-js';
import { streamParts, type StreamName, type TenantId } from '../../kernel/ids';
import type { Caller, CallerSource } from '../http/caller';
import { accessDenied, unauthenticated } from './refusals';

/** Who a call is from, for as long as the key is good. */
export interface Visitor {
  /** `key_…`, or `anybody` behind a door without keys. */
  readonly key: string;
  /** Sees the streams of this tenant and no others; undefined sees all. */
  readonly tenant: TenantId | undefined;
  /** Asked again wherever a call goes on for long. @throws CallRefused once the key is revoked. */
  assertStillWelcome(): void;
}

const ANYBODY: Visitor = { key: 'anybody', tenant: undefined, assertStillWelcome: () => undefined };

/**
 * Lets admins in. Clients of the protocol send a user name and a password: the password is the secret of an API key, the
 * name is for people. A key opens the streams of its tenant.
 */
export class Doorkeeper {
  /** Without callers everybody is let in, to everything. */
  constructor(private readonly callers: CallerSource | undefined) {}

  /** @throws CallRefused */
  admit(metadata: Metadata): Visitor {
    if (this.callers === undefined) return ANYBODY;
    const { callers } = this;
    const secret = secretOf(metadata.get('authorization')[0]?.toString() ?? '');
    const caller = adminOf(callers, secret);
    return { key: caller.key, tenant: caller.tenant, assertStillWelcome: () => void adminOf(callers, secret) };
  }
}

export const mayEnter = ({ tenant }: Visitor, stream: string): boolean =>
  tenant === undefined || streamParts(stream as StreamName).tenant === tenant;

function adminOf(callers: CallerSource, secret: string): Caller {
  const caller = callers.callerOf(secret);
  if (caller === undefined) throw unauthenticated();
  if (caller.role !== 'admin') throw accessDenied(`a key of role ${caller.role} may not read the log`);
  return caller;
}

function secretOf(authorization: string): string {
  const [, scheme = '', rest = ''] = /^(\S+) +(.*)$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return rest;
  if (scheme.toLowerCase() !== 'basic') return '';
  const pair = Buffer.from(rest, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}
