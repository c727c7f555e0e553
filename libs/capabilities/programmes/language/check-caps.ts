import type { FieldError } from '../../../kernel/decision';
import { repeatedIds, unknownReference } from './check-references';
import { gives } from './check-rules';
import type { Cap, ProgrammeDocument } from './programme-document';

/** Caps that name what is not there, hold nothing back, or cannot count. */
export function capErrors(document: ProgrammeDocument): readonly FieldError[] {
  const { caps = [], wallets } = document;
  return [
    ...repeatedIds(caps, '/caps'),
    ...caps.flatMap((cap, index) => {
      const pointer = `/caps/${index}`;
      const unknown = unknownReference(cap.wallet, wallets, 'wallet', `${pointer}/wallet`);
      if (unknown.length > 0) return unknown;
      const errors = [...roundingErrors(cap, document, pointer), ...coveredErrors(cap, document, pointer)];
      return errors.length > 0 ? errors : needlessErrors(cap, index, caps);
    }),
  ];
}

function roundingErrors({ wallet }: Cap, { wallets }: ProgrammeDocument, pointer: string): readonly FieldError[] {
  const terms = wallets.find(({ id }) => id === wallet);
  if (terms?.rounding.scope !== 'account') return [];
  const detail = `names the wallet "${wallet}", which rounds by account: a cap counts the whole points of one basket; let the wallet round by "basket" or "line", or remove the cap`;
  return [{ pointer: `${pointer}/wallet`, detail }];
}

function coveredErrors({ wallet, rules: named }: Cap, document: ProgrammeDocument, pointer: string) {
  const { rules } = document;
  if (named === undefined) {
    if (rules.some((rule) => gives(rule) && rule.wallet === wallet)) return [];
    const detail = `caps the wallet "${wallet}", to which no rule gives points; name another wallet, or remove the cap`;
    return [{ pointer: `${pointer}/wallet`, detail }];
  }
  return named.flatMap((id, index): readonly FieldError[] => {
    const at = `${pointer}/rules/${index}`;
    const rule = rules.find((other) => other.id === id);
    if (rule === undefined) return unknownReference(id, rules, 'rule', at);
    if (!gives(rule)) {
      const detail = `names the rule "${id}" of the kind "${rule.kind}", which gives no points itself; name the rules that give them`;
      return [{ pointer: at, detail }];
    }
    if (rule.wallet === wallet) return [];
    const detail = `names the rule "${id}", which gives to the wallet "${rule.wallet}" and not to "${wallet}"; use a cap for each wallet`;
    return [{ pointer: at, detail }];
  });
}

/** Of periods of which each lies in one of the next. */
const NESTED = [
  ['basket', 'day', 'week', 'ever'],
  ['basket', 'day', 'month', 'year', 'ever'],
] as const satisfies readonly (readonly Cap['per'][])[];

/** A cap is never reached where another allows no more for at least the same rules in at least the same time. */
function needlessErrors(cap: Cap, index: number, caps: readonly Cap[]): readonly FieldError[] {
  const tighter = caps.findIndex((other, at) => {
    const same = other.points === cap.points && other.per === cap.per && coversAll(cap, other);
    return at !== index && isAsTight(other, cap) && (!same || at < index);
  });
  if (tighter === -1) return [];
  const detail = `is never reached: /caps/${tighter} allows no more for at least the same rules and time; lower "points", or remove it`;
  return [{ pointer: `/caps/${index}/points`, detail }];
}

const isAsTight = (tight: Cap, loose: Cap): boolean =>
  tight.wallet === loose.wallet &&
  tight.points <= loose.points &&
  coversAll(tight, loose) &&
  NESTED.some((periods: readonly Cap['per'][]) => {
    const [inner, outer] = [periods.indexOf(loose.per), periods.indexOf(tight.per)];
    return inner !== -1 && outer >= inner;
  });

const coversAll = ({ rules: wide }: Cap, { rules: narrow }: Cap): boolean =>
  wide === undefined || (narrow?.every((rule) => wide.includes(rule)) ?? false);
