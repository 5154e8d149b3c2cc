/** The script of the tag: puts the chat into the page. */
import builtIn from 'virtual:contacts';
import { SpinebotChat } from './chat';
import { ownScript, readOptions } from './options';

const NAME = 'spinebot-chat';
const options = readOptions(ownScript(), builtIn);

function start(): void {
  if (document.querySelector(NAME)) return; // the tag stands in the page twice
  if (!customElements.get(NAME)) customElements.define(NAME, SpinebotChat);
  const chat = document.createElement(NAME) as SpinebotChat;
  chat.options = options;
  document.body.append(chat);
  for (const contacts of document.querySelectorAll<HTMLElement>('[data-spinebot-fallback]')) {
    contacts.style.setProperty('display', 'none', 'important');
  }
}

if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
else start();
