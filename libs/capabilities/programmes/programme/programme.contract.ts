import type { Contract, ContractContext } from '../../../kernel/contract';
import { count, instant, words, type ContractMembers } from '../../../kernel/contract-schema';
import { instantText } from '../../../kernel/time';
import type { ProgrammeEvent } from './programme.events';

export type ProgrammeContract = Contract<'loyalty.programme.activated.v1'>;

/** Which stored events of a programme leave, by the contract that tells of them; drafts and revisions are our own affair. */
export const PROGRAMME_CONTRACTS: Readonly<Record<ProgrammeContract['type'], ProgrammeEvent['type']>> = {
  'loyalty.programme.activated.v1': 'ProgrammeActivated',
};

export const PROGRAMME_MEMBERS: Readonly<Record<ProgrammeContract['type'], ContractMembers>> = {
  'loyalty.programme.activated.v1': { programme: words, revision: count, effectiveFrom: instant },
};

export function programmeContract(event: ProgrammeEvent, { subject }: ContractContext): ProgrammeContract | undefined {
  if (event.type !== 'ProgrammeActivated') return undefined;
  const { revision, effectiveFrom } = event.data;
  return {
    type: 'loyalty.programme.activated.v1',
    data: { programme: subject, revision, effectiveFrom: instantText(effectiveFrom) },
  };
}
