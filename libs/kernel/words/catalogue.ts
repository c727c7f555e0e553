import type { Language } from './language';
import type { MessageKey, Messages } from './messages';
import type { PluralCategories } from './number-words';

/**
 * A catalogue has every message as a template: `{name}` is a parameter, `{+name}` a number that always shows its sign. Where
 * the words depend on a number, there is one template for each plural category of the language, chosen by the parameter `by`.
 */
export type Catalogue<Spoken extends Language> = {
  readonly [Key in MessageKey]: string | PluralTemplate<Key, Spoken>;
};

type PluralTemplate<Key extends MessageKey, Spoken extends Language> = {
  readonly by: keyof Messages[Key];
} & { readonly [Category in PluralCategories[Spoken]]: string };
