import type { Contract, ContractContext } from '../../kernel/contract';
import { streamParts, type LotKey, type ReceiptKey } from '../../kernel/ids';
import type { JsonObject } from '../../kernel/json';
import { instantText } from '../../kernel/time';
import type { RecordedEvent } from '../../platform/event-store/event-store';
import { positionText } from '../../platform/http/http-answer';
import { eventId, lotId, purchaseId } from '../../platform/identifiers/identifiers';
import { ACCOUNT_CONTRACTS, accountContract, type AccountEvent } from '../accounts';
import { CUSTOMER_CONTRACTS, customerContract, type CustomerEvent } from '../customers';
import { PROGRAMME_CONTRACTS, programmeContract, type ProgrammeEvent } from '../programmes';

/** CloudEvents 1.0 in JSON. `position` (an extension) is opaque and what `after` takes. */
export interface FeedEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly position: string;
  readonly data: JsonObject;
}

/** Every contract with the stored event it tells of. */
export const FEED_CONTRACTS: Readonly<Record<string, string>> = {
  ...ACCOUNT_CONTRACTS,
  ...CUSTOMER_CONTRACTS,
  ...PROGRAMME_CONTRACTS,
};

/** Undefined for a stored event that does not leave. */
export function feedEvent(event: RecordedEvent): FeedEvent | undefined {
  const contract = contractOf(event);
  if (contract === undefined) return undefined;
  const { specversion, id, source, subject, time, datacontenttype } = cloudAttributes(event);
  const position = positionText(event.position);
  return {
    specversion,
    id,
    source,
    type: contract.type,
    subject,
    time,
    datacontenttype,
    position,
    data: contract.data,
  };
}

/** What CloudEvents wants of any event, whatever it tells. */
export function cloudAttributes({ append, index }: RecordedEvent): Omit<FeedEvent, 'type' | 'position' | 'data'> {
  const { tenant, stream, commandKey, recordedAt } = append;
  return {
    specversion: '1.0',
    id: eventId(tenant, stream, commandKey, index),
    source: `/tenants/${tenant}`,
    subject: streamParts(stream).id,
    time: instantText(recordedAt),
    datacontenttype: 'application/json',
  };
}

function contractOf(event: RecordedEvent): Contract | undefined {
  const { tenant, stream, occurredAt } = event.append;
  const { category, id } = streamParts(stream);
  const context: ContractContext = {
    subject: id,
    occurredAt: instantText(occurredAt),
    purchaseId: (receiptKey) => purchaseId(tenant, receiptKey as ReceiptKey),
    lotId: (lotKey) => lotId(tenant, lotKey as LotKey),
  };
  switch (category) {
    case 'account':
      return accountContract(event as RecordedEvent & AccountEvent, context);
    case 'customer':
      return customerContract(event as RecordedEvent & CustomerEvent, context);
    case 'programme':
      return programmeContract(event as RecordedEvent & ProgrammeEvent, context);
    default:
      return undefined;
  }
}
