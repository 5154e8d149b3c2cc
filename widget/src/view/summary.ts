/** What can be done with the summary of the red-flag flow: copy, share, print. */
import { html, type TemplateResult } from 'lit/html.js';
import type { Texts } from '../language';
import { addStyles } from '../styles';

/**
 * Renders the three ways to take a summary along.
 *
 * @param summary - its text
 * @param onNote - called with a short text that says how the copying went
 */
export function summaryActions(summary: string, texts: Texts,
  onNote: (note: string) => void): TemplateResult {
  const text = `${summary}\n\n${texts.fallback}`;
  const onCopy = async (event: Event): Promise<void> => {
    const done = await copy(text, (event.target as Element).parentElement!);
    onNote(done ? texts.copied : texts.copyFailed);
  };
  return html`<div class="summary-actions" role="group" aria-label=${texts.summaryActions}>
    <button class="copy" @click=${onCopy}>${texts.copy}</button>
    <a class="share" href=${`https://wa.me/?text=${encodeURIComponent(text)}`} target="_blank"
      rel="noopener noreferrer">${texts.share}</a>
    <button class="print" @click=${() => print(text)}>${texts.print}</button>
  </div>`;
}

/** Copies a text; pages without TLS have no clipboard, so a selection is copied there. */
async function copy(text: string, place: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    place.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    return done;
  }
}

const PAPER = 'spinebot-paper';
// important rules in a layer are stronger than any important rule of the page outside one
const PRINTED = `.${PAPER} { display: none }
  @layer spinebot { @media print {
    body > :not(.${PAPER}) { display: none !important }
    body > .${PAPER} { all: initial !important; display: block !important; white-space: pre-wrap !important;
      font: 12pt/1.5 sans-serif !important }
  } }`;

/** Prints a text and nothing else of the page. */
function print(text: string): void {
  const paper = document.createElement('div');
  paper.className = PAPER;
  paper.textContent = text;
  document.body.append(paper);
  const takeStylesAway = addStyles(document, PRINTED);
  addEventListener('afterprint', () => {
    paper.remove();
    takeStylesAway();
  }, { once: true });
  window.print();
}
