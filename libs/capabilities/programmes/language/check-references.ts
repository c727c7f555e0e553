import type { FieldError } from '../../../kernel/decision';
import { didYouMean } from './schema-check';

type Named = { readonly id: string };

/** Every entry of the list at `pointer` whose id an earlier one has. */
export function repeatedIds(named: readonly Named[], pointer: string): readonly FieldError[] {
  return named.flatMap(({ id }, index) => {
    const first = named.findIndex((other) => other.id === id);
    const detail = `repeats the id "${id}" of ${pointer}/${first}; give every one its own`;
    return first === index ? [] : [{ pointer: `${pointer}/${index}/id`, detail }];
  });
}

/** An id that nothing in the document has; `what` is a noun, such as "wallet". */
export function unknownReference(
  id: string,
  known: readonly Named[],
  what: string,
  pointer: string,
): readonly FieldError[] {
  if (known.some((other) => other.id === id)) return [];
  const ids = known.map((other) => other.id);
  const few = ids.length > 0 && ids.length <= 5 ? `; use ${ids.map((other) => `"${other}"`).join(' or ')}` : '';
  const advice = few || didYouMean(id, ids);
  return [{ pointer, detail: `names the ${what} "${id}", which the programme does not have${advice}` }];
}
