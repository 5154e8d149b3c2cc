/** The script of the tag: puts the chat into the page. */
import builtIn from 'virtual:contacts';
import { SpinebotChat } from './chat';
import { ownScript, readOptions } from './options';

const NAME = 'spinebot-chat';
SpinebotChat.options = readOptions(ownScript(), builtIn);

/** Puts the chat into the page, unless one is there: the tag may stand there twice. */
function put(chat: HTMLElement): void {
  if (!document.querySelector(NAME)) document.body.append(chat);
  if (!document.querySelector(NAME)?.shadowRoot?.querySelector('.bar')) return;
  for (const contacts of document.querySelectorAll<HTMLElement>('[data-spinebot-fallback]')) {
    contacts.style.setProperty('display', 'none', 'important');
  }
}

function start(): void {
  if (!customElements.get(NAME)) customElements.define(NAME, SpinebotChat);
  const chat = document.createElement(NAME);
  put(chat);
  // a page that navigates by itself puts another body in place of this one
  new MutationObserver(() => put(chat)).observe(document.documentElement, { childList: true });
}

// without dialogs a browser is too old; the contacts written in the page stay then
if (typeof HTMLDialogElement === 'function') {
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
  else setTimeout(start);
}
