/** The words a visitor reads, from the files that hold them. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import words from '../../../src/languages/en.json' with { type: 'json' };

export { words };

interface Domain {
  slots: Record<string, { initial_value?: unknown }>;
  responses: Record<string, { text: string; condition?: unknown; buttons?: Choice[] }[]>;
}

/** A quick reply: what it shows and what it sends. */
export interface Choice {
  title: string;
  payload: string;
}

const domain = parse(readFileSync(new URL('../../../../domain.yml', import.meta.url), 'utf8'),
  { merge: true }) as Domain;

const slot = (name: string): string => String(domain.slots[name]?.initial_value);

/** The emergency numbers and the clinic's contacts. */
export const contacts = {
  emergency: slot('emergency'),
  ambulance: slot('ambulance'),
  phone: slot('clinic_phone'),
  email: slot('clinic_email'),
  website: slot('clinic_website'),
};

/** A phone number as a link wants it. */
export const digits = (phone: string): string => phone.replace(/\D/g, '');

/** A text of the widget with its places filled: the contacts, and what else is given. */
export function filled(text: string, more: Record<string, string> = {}): string {
  const { phone, email, website } = contacts;
  const values: Record<string, string> = { ...contacts, clinic: [phone, email, website].join(', '), ...more };
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

/** The unconditional text of one of the assistant's responses, contacts filled in. */
export function response(name: string): string {
  return variation(name).text.replace(/\{(\w+)\}/g, (_, each: string) => slot(each));
}

/** The quick replies of the unconditional variation of a response. */
export function choices(name: string): Choice[] {
  return variation(name).buttons ?? [];
}

/** Text as it is compared: bullets and stars are formatting, and so are line breaks. */
export function plain(text: string): string {
  return text.replace(/^\s*[•*-]\s+/gm, '').replace(/\*\*/g, '').replace(/\s+/g, ' ').trim();
}

function variation(name: string): Domain['responses'][string][number] {
  const found = domain.responses[name]?.find((each) => each.condition === undefined);
  if (!found) throw new Error(`domain.yml has no ${name}`);
  return found;
}
