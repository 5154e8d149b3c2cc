/** An answer with its bullets, bold words and links. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Contacts } from '../contacts';
import { type Block, blocks, type Span } from '../rich-text';

/** Renders the text of an answer; no HTML in it is ever read as HTML. */
export function answer(text: string, contacts: Contacts): TemplateResult[] {
  return blocks(text, contacts).map(block);
}

function block({ list, lines }: Block): TemplateResult {
  if (list) return html`<ul>${lines.map((line) => html`<li>${line.map(span)}</li>`)}</ul>`;
  return html`<p>${lines[0]!.map(span)}</p>`;
}

function span({ text, bold, href }: Span): TemplateResult {
  const words = href ? link(text, href) : html`${text}`;
  return bold ? html`<strong>${words}</strong>` : words;
}

// a call or an email opens in place, a page beside this one
const link = (text: string, href: string): TemplateResult => html`<a href=${href}
  target=${href.startsWith('https:') ? '_blank' : nothing} rel="noopener noreferrer">${text}</a>`;
