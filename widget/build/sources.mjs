/** What the widget takes from outside its own code: the clinic's contacts and the languages. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const WIDGET = fileURLToPath(new URL('..', import.meta.url));
export const DOMAIN = join(WIDGET, '..', 'domain.yml');
export const LANGUAGES = join(WIDGET, 'src', 'languages');
const REFERENCE = 'en';
const SLOTS = {
  emergency: 'emergency', ambulance: 'ambulance', phone: 'clinic_phone', whatsapp: 'clinic_phone',
  email: 'clinic_email', website: 'clinic_website',
};

/**
 * The contacts as they stand in the slots of `domain.yml`, the one place that holds them.
 * @returns {Record<keyof typeof SLOTS, string>}
 * @throws {Error} a slot is missing or empty
 */
export function contacts(domain = DOMAIN) {
  const { slots } = parse(readFileSync(domain, 'utf8'), { merge: true });
  return Object.fromEntries(Object.entries(SLOTS).map(([name, slot]) => {
    const value = slots[slot]?.initial_value;
    if (!value) throw new Error(`domain.yml: the slot ${slot} holds no contact`);
    return [name, value];
  }));
}

/**
 * Every language of the folder, one JSON file each.
 * @returns {Record<string, Record<string, string>>} language -> key -> text
 * @throws {Error} a language lacks a key of English, holds one that English lacks, or an empty text
 */
export function languages(folder = LANGUAGES) {
  const found = Object.fromEntries(readdirSync(folder).filter((name) => name.endsWith('.json')).map(
    (name) => [basename(name, '.json'), JSON.parse(readFileSync(join(folder, name), 'utf8'))]));
  const wanted = Object.keys(found[REFERENCE]);
  for (const [language, texts] of Object.entries(found)) {
    const problems = [
      ...wanted.filter((key) => !texts[key]).map((key) => `lacks "${key}"`),
      ...Object.keys(texts).filter((key) => !wanted.includes(key)).map((key) => `has "${key}", unknown`),
    ];
    if (problems.length) throw new Error(`languages/${language}.json ${problems.join('; ')}`);
  }
  return found;
}

/** The texts of English with the contacts filled in, for pages made at build time. */
export function filledTexts() {
  const values = contacts();
  values.clinic = [values.phone, values.email, values.website].join(', ');
  return Object.fromEntries(Object.entries(languages()[REFERENCE]).map(([key, text]) => [
    key, text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place)]));
}

/** The languages without the texts of the demo page, which the script does not need. */
function shownLanguages() {
  return Object.fromEntries(Object.entries(languages()).map(([language, texts]) => [language,
    Object.fromEntries(Object.entries(texts).filter(([key]) => !key.startsWith('demo')))]));
}

/** Modules that exist only in a build: `virtual:contacts` and `virtual:languages`. */
export const VIRTUAL = {
  'virtual:contacts': () => `export default ${JSON.stringify(contacts())}`,
  'virtual:languages': () => `export default ${JSON.stringify(shownLanguages())}`,
};
