/** What the page's author says on the script tag. */
import type { Contacts } from './contacts';

/** The settings of one widget; the README's table says what each means. */
export interface Options {
  server: string;
  language: string;
  theme: 'auto' | 'light' | 'dark';
  position: 'left' | 'right';
  title: string;
  open: boolean;
  banner: 'always' | 'open';
  contacts: Contacts;
}

/** The tag of this script: optimisers that load it themselves leave `currentScript` empty. */
export function ownScript(page: Document = document): HTMLScriptElement | null {
  const current = page.currentScript as HTMLScriptElement | null;
  return current ?? page.querySelector<HTMLScriptElement>('script[src*="/spinebot."]');
}

/**
 * Reads the `data-` options of a script tag.
 *
 * @param script - the tag; null gives the defaults with the page's own address as the server
 * @param builtIn - the contacts of the build; `data-phone`, `data-whatsapp` and `data-email` stand
 * above them, and an empty one removes that contact
 */
export function readOptions(script: HTMLScriptElement | null, builtIn: Contacts): Options {
  const data: DOMStringMap = script?.dataset ?? {};
  const address = script?.src || location.href;
  const phone = data.phone ?? builtIn.phone;
  return {
    server: new URL(data.server || '/', address).href.replace(/\/+$/, ''),
    language: data.language || 'en',
    theme: data.theme === 'light' || data.theme === 'dark' ? data.theme : 'auto',
    position: data.position === 'left' ? 'left' : 'right',
    title: data.title || '',
    open: data.open === 'true',
    banner: data.banner === 'open' ? 'open' : 'always',
    contacts: {
      ...builtIn,
      phone,
      whatsapp: data.whatsapp ?? (data.phone ?? builtIn.whatsapp),
      email: data.email ?? builtIn.email,
    },
  };
}
