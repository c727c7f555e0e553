import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { FieldError } from '../../kernel/decision';
import { Defect } from '../../kernel/defect';
import { problem } from './http-problem';
import { isInstant, isLocalDay } from './instants';
import { jsonSchemaOf } from './json-schema';
import type { RequestClass } from './request-rules';

const ajv = new Ajv2020({
  strict: true,
  unicodeRegExp: false,
  formats: { 'date-time': isInstant, date: isLocalDay },
});

/** Whether a body or query has the form its class describes: the compiled schema says yes, class-validator explains a no. */
export class RequestCheck {
  private readonly accepts: ValidateFunction;

  constructor(private readonly requestClass: RequestClass) {
    this.accepts = ajv.compile(jsonSchemaOf(requestClass));
  }

  /**
   * @throws HttpProblem `InvalidRequest` with a pointer for every fault (at most 50), or Defect where the two sides of a
   * rule disagree.
   */
  check(value: unknown): void {
    if (this.accepts(value)) return;
    const errors = this.explain(value);
    if (errors.length === 0) {
      throw new Defect(`${this.requestClass.name}: the schema refuses what class-validator accepts`);
    }
    const [first] = errors as [FieldError];
    const where = first.pointer === '' ? 'the body' : first.pointer;
    throw problem('InvalidRequest', `${where} ${first.detail}`, { errors: errors.slice(0, 50) });
  }

  /** What class-validator has against it; empty = nothing. Slow: for answers that say no, and for tests. */
  explain(value: unknown): readonly FieldError[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return [{ pointer: '', detail: 'must be a JSON object' }];
    }
    const instance = plainToInstance(this.requestClass, value);
    const options = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false };
    return fieldErrors(validateSync(instance, options), '');
  }

  /** What the compiled schema says, for tests. */
  isAccepted(value: unknown): boolean {
    return this.accepts(value);
  }
}

/** What class-validator says of a nested value that is no object, beside the rule of the member that says so in our words. */
const SAID_BY_OUR_RULE = 'nestedValidation';

function fieldErrors(errors: readonly ValidationError[], parent: string): FieldError[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const pointer = `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.keys(constraints)
      .filter((name) => name !== SAID_BY_OUR_RULE)
      .map((name) => ({ pointer, detail: detailOf(name, constraints[name]) }));
    return [...own, ...fieldErrors(children, pointer)];
  });
}

const detailOf = (constraint: string, message: string | undefined): string =>
  constraint === 'whitelistValidation' ? 'is not a member of this request' : (message ?? 'is not accepted');
