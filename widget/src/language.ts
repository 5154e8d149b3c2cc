/** The texts of the widget in one language, contacts filled in. */
import languages from 'virtual:languages';
import type english from './languages/en.json';
import { type Contacts, reachable } from './contacts';

/** Every text of the widget by its key; the keys are those of `languages/en.json`. */
export type Texts = typeof english;

const REFERENCE = 'en';

/**
 * The texts of a language with the contacts filled in; English where there is no such language.
 *
 * @param language - a tag such as `en` or `en-IN`; its region is not looked at
 */
export function texts(language: string, contacts: Contacts): Texts {
  const chosen = languages[language.toLowerCase().split('-')[0]!] ?? languages[REFERENCE]!;
  return Object.fromEntries(Object.entries(chosen).map(
    ([key, text]) => [key, fill(text, { ...contacts, clinic: reachable(contacts) })])) as Texts;
}

/** Puts values into the places of a text: `{name}`. A place without a value stays. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}
