import { accept, refuse, type Decision, type Refusal } from '../../../kernel/decision';
import type { IssuedKey, KeyIssued } from '../tenant/tenant.events';
import type { Tenant } from '../tenant/tenant.state';

export type IssueKeyRefusal = 'OutletUnknown' | 'KeyNeedsOutlet' | 'KeyNeedsNoOutlet' | 'HistoryNeedsAdmin';

/** A till's key names its one outlet, staff's all of theirs, and nobody else's any. Only an admin may record history. */
export function issueKey(key: IssuedKey, tenant: Tenant): Decision<KeyIssued, IssueKeyRefusal> {
  return refusalOf(key, tenant) ?? accept<KeyIssued>({ type: 'KeyIssued', version: 1, data: key });
}

function refusalOf({ role, outlets, history }: IssuedKey, tenant: Tenant): Refusal<IssueKeyRefusal> | undefined {
  const errorAt = (pointer: string, detail: string) => [{ pointer, detail }];
  if (history && role !== 'admin') {
    const detail = 'only the key of an admin may record history with its original dates';
    return refuse('HistoryNeedsAdmin', detail, errorAt('/history', `not for the role ${role}`));
  }
  if (role === 'till' && outlets.length !== 1) {
    return refuse('KeyNeedsOutlet', 'the key of a till names its one outlet', errorAt('/outlets', 'name one outlet'));
  }
  if (role === 'staff' && outlets.length === 0) {
    return refuse('KeyNeedsOutlet', 'the key of staff names their outlets', errorAt('/outlets', 'name an outlet'));
  }
  if (role !== 'till' && role !== 'staff' && outlets.length > 0) {
    const detail = `a key of the role ${role} works for all outlets and names none`;
    return refuse('KeyNeedsNoOutlet', detail, errorAt('/outlets', 'leave it out'));
  }
  const unknown = outlets.findIndex((outlet) => !tenant.outlets.has(outlet));
  if (unknown === -1) return undefined;
  const detail = `there is no outlet ${outlets[unknown]}`;
  return refuse('OutletUnknown', detail, errorAt(`/outlets/${unknown}`, detail));
}
