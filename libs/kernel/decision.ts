/** What a pure `decide` answers: the business says no, with a stable code, or the facts that are to be recorded. */
export interface Refusal<Code extends string = string> {
  readonly kind: 'refused';
  readonly code: Code;
  /** One sentence for the person at the till, naming the value that was wrong and what would be right. */
  readonly detail: string;
  /** RFC 6901 pointers into the request body, most specific first. */
  readonly errors?: readonly FieldError[];
}

export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** The command is accepted: these facts are to be recorded, in this order, by one append. */
export interface Acceptance<Fact> {
  readonly kind: 'accepted';
  readonly facts: readonly Fact[];
}

export type Decision<Fact, Code extends string = string> = Acceptance<Fact> | Refusal<Code>;

export function accept<Fact>(...facts: readonly Fact[]): Acceptance<Fact> {
  return { kind: 'accepted', facts };
}

export function refuse<Code extends string>(code: Code, detail: string, errors?: readonly FieldError[]): Refusal<Code> {
  return errors === undefined ? { kind: 'refused', code, detail } : { kind: 'refused', code, detail, errors };
}
