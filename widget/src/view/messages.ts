/** The messages of the log, and the quick replies below the last one. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Contacts } from '../contacts';
import type { Message, Said } from '../conversation';
import type { Texts } from '../language';
import type { Button } from '../transport';
import { answer } from './answer';
import { summaryActions } from './summary';

/** What the messages are shown with, and what happens when their buttons are pressed. */
export interface Around {
  title: string;
  contacts: Contacts;
  texts: Texts;
  onRetry(message: Said): void;
  onNote(note: string): void;
}

/** Renders one message with its author and time. */
export function message(shown: Message, around: Around): TemplateResult {
  const { texts, contacts } = around;
  if (shown.from === 'visitor') {
    return html`<article class="message visitor ${shown.state}">
      <span class="sr-only">${texts.you}:</span>
      <div class="text">${shown.text}</div>${time(shown.time, texts)}${delivery(shown, around)}
    </article>`;
  }
  return html`<article class="message bot ${shown.kind === 'text' ? '' : shown.kind}">
    <span class="sr-only">${around.title}:</span>
    <div class="text">${answer(shown.text, contacts)}</div>
    ${shown.kind === 'summary' ? summaryActions(shown.text, texts, around.onNote) : nothing}
    ${time(shown.time, texts)}
  </article>`;
}

/** Renders what stands above every conversation. */
export function welcome({ title, contacts, texts }: Around): TemplateResult {
  return html`<article class="message bot welcome">
    <span class="sr-only">${title}:</span><div class="text">${answer(texts.subtitle, contacts)}${
    answer(texts.welcome, contacts)}</div>
  </article>`;
}

/** Renders quick replies; nothing where there are none. */
export function quickReplies(buttons: Button[], label: string,
  onChoose: (button: Button) => void): TemplateResult | typeof nothing {
  if (!buttons.length) return nothing;
  return html`<div class="quick" role="group" aria-label=${label}>${buttons.map((button) =>
    html`<button @click=${() => onChoose(button)}>${button.title}</button>`)}</div>`;
}

function delivery(said: Said, { texts, contacts, onRetry }: Around): TemplateResult | typeof nothing {
  if (said.state === 'queued') return html`<p class="state">${texts.queued}</p>`;
  if (said.state !== 'failed') return nothing;
  return html`<div class="failure">${answer(said.failure ?? texts.failed, contacts)}</div>
    <button class="retry" @click=${() => onRetry(said)}>${texts.retry}</button>`;
}

function time(at: number, { lang }: Texts): TemplateResult {
  const date = new Date(at);
  return html`<time datetime=${date.toISOString()}>${date.toLocaleTimeString(
    lang, { hour: 'numeric', minute: '2-digit' })}</time>`;
}
