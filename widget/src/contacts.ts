/** The emergency numbers and the clinic's contacts, and the links that reach them. */

/** An empty text means that there is no such contact; the emergency numbers are never empty. */
export interface Contacts {
  emergency: string;
  ambulance: string;
  phone: string;
  whatsapp: string;
  email: string;
  website: string;
}

const number = (phone: string): string => phone.replace(/[^\d+]/g, '');

/** All ways to reach the clinic, for a sentence. */
export const reachable = ({ phone, email, website }: Contacts): string =>
  [phone, email, website].filter(Boolean).join(', ');

/** Link that dials a number. */
export const telephone = (phone: string): string => `tel:${number(phone)}`;

/** Link that opens a WhatsApp chat with a number, which WhatsApp wants as digits only. */
export const whatsapp = (phone: string): string => `https://wa.me/${phone.replace(/\D/g, '')}`;

/** Link that writes an email. */
export const mail = (address: string): string => `mailto:${address}`;

/** Link to the phone or emergency number that a text names, if it names one of the contacts. */
export function knownNumber(text: string, contacts: Contacts): string | undefined {
  const known = [contacts.emergency, contacts.ambulance, contacts.phone].filter(Boolean);
  return known.some((contact) => number(contact) === number(text)) ? telephone(text) : undefined;
}
