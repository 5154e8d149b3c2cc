/**
 * The little formatting an answer may have: bullets, bold and links. Text becomes a tree, never
 * HTML, so nothing in an answer can become markup of its own.
 */
import { type Contacts, knownNumber, mail } from './contacts';

/** A run of text, bold or linked or neither. */
export interface Span {
  text: string;
  bold?: boolean;
  href?: string;
}

/** A paragraph has one line; a list has one line for each bullet. */
export interface Block {
  list: boolean;
  lines: Span[][];
}

const BULLET = /^\s*[•*-]\s+/;
const SCHEMES = ['https:', 'tel:', 'mailto:'];
// **bold** | [text](address) | https address | email | www address | a number of three digits or more
const TOKEN = /\*\*(.+?)\*\*|\[([^\]]+)\]\(([^)]*)\)|(https:\/\/[^\s)]*[\w/])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(www\.[\w.-]+\w)|(\+?\d[\d ]+\d)/g;

/** An address as it may stand in a link, or undefined: only https, tel and mailto are links. */
export function safeLink(address: string): string | undefined {
  try {
    const url = new URL(address.trim());
    return SCHEMES.includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** The paragraphs and lists of an answer. */
export function blocks(text: string, contacts: Contacts): Block[] {
  const found: Block[] = [];
  for (const line of text.split('\n').filter((each) => each.trim())) {
    const list = BULLET.test(line);
    const content = spans(line.replace(BULLET, ''), contacts);
    const last = found[found.length - 1];
    if (list && last?.list) last.lines.push(content);
    else found.push({ list, lines: [content] });
  }
  return found;
}

function spans(line: string, contacts: Contacts): Span[] {
  const found: Span[] = [];
  let end = 0;
  for (const match of line.matchAll(TOKEN)) {
    if (match.index > end) found.push({ text: line.slice(end, match.index) });
    found.push(...span(match, contacts));
    end = match.index + match[0].length;
  }
  if (end < line.length) found.push({ text: line.slice(end) });
  return found;
}

function span(match: RegExpMatchArray, contacts: Contacts): Span[] {
  const [whole, bold, label, address, url, email, site, digits] = match;
  if (bold) return spans(bold, contacts).map((each) => ({ ...each, bold: true }));
  const text = label ?? whole;
  const href = digits ? knownNumber(digits, contacts)
    : safeLink(email ? mail(email) : site ? `https://${site}` : address ?? url ?? '');
  return [href ? { text, href } : { text }];
}
