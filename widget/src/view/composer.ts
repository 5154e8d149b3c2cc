/** Where the visitor types. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { fill, type Texts } from '../language';

/** As many characters as the server reads of one message. */
export const LONGEST = 1_000;
const WARN_BELOW = 100; // characters left from which on their number is shown

/**
 * Renders the form.
 *
 * @param typed - number of characters in the field
 * @param onInput - called when that changed
 * @param onSend - called with a text that is not blank; the field is empty then
 */
export function composer(texts: Texts, typed: number, onInput: () => void,
  onSend: (text: string) => void): TemplateResult {
  const send = (event: Event): void => {
    event.preventDefault();
    const form = (event.target as Element).closest('form')!;
    const field = form.querySelector('textarea')!;
    const text = field.value.trim();
    if (!text) return;
    field.value = '';
    onInput();
    onSend(text);
  };
  const onKey = (event: KeyboardEvent): void => {
    // while a word is being composed, Enter chooses it
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event);
  };
  const left = LONGEST - typed;
  return html`<form class="composer" @submit=${send}>
    <textarea rows="1" maxlength=${LONGEST} aria-label=${texts.input} placeholder=${texts.placeholder}
      enterkeyhint="send" @input=${onInput} @keydown=${onKey}></textarea>
    <button class="send">${texts.send}</button>
    ${left <= WARN_BELOW
      ? html`<p class="left-over">${fill(texts.left, { count: String(left) })}</p>` : nothing}
  </form>`;
}
