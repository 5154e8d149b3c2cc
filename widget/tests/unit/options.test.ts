/** What a page's author can say on the tag. */
import contacts from 'virtual:contacts';
import { afterEach, expect, test } from 'vitest';
import { ownScript, readOptions } from '../../src/options';

function tag(attributes: Record<string, string>): HTMLScriptElement {
  const script = document.createElement('script');
  script.type = 'text/plain'; // is not run here
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  return script;
}

afterEach(() => document.body.replaceChildren());

test('a bare tag talks to the server it came from', () => {
  const options = readOptions(tag({ src: 'https://bot.example/spinebot.js' }), contacts);
  expect(options).toEqual({
    server: 'https://bot.example', language: 'en', theme: 'auto', position: 'right', title: '',
    open: false, banner: 'always', contacts,
  });
});

test('every option is heard', () => {
  const options = readOptions(tag({
    'src': 'https://cdn.example/spinebot.js', 'data-server': 'https://bot.example/chat/',
    'data-language': 'hi', 'data-theme': 'dark', 'data-position': 'left', 'data-title': 'Ask us',
    'data-open': 'true', 'data-banner': 'open', 'data-phone': '+1 22', 'data-email': 'a@b.example',
  }), contacts);
  expect(options).toEqual({
    server: 'https://bot.example/chat', language: 'hi', theme: 'dark', position: 'left', title: 'Ask us',
    open: true, banner: 'open',
    contacts: { ...contacts, phone: '+1 22', whatsapp: '+1 22', email: 'a@b.example' },
  });
});

test('an empty contact is taken away, and the emergency number never', () => {
  const { contacts: left } = readOptions(tag({
    'data-phone': '', 'data-email': '', 'data-emergency': '' }), contacts);
  expect(left).toEqual({ ...contacts, phone: '', whatsapp: '', email: '' });
});

test('nonsense is as if nothing had been said', () => {
  const options = readOptions(tag({
    'data-theme': 'pink', 'data-position': 'up', 'data-open': 'yes', 'data-banner': 'never' }), contacts);
  expect([options.theme, options.position, options.open, options.banner])
    .toEqual(['auto', 'right', false, 'always']);
});

test('a tag that an optimiser put in is found by its address', () => {
  expect(ownScript()).toBeNull();
  document.body.append(tag({ src: 'https://x.example/other.js' }));
  const own = tag({ src: 'https://x.example/spinebot.0123456789abcdef.js' });
  document.body.append(own);
  expect(ownScript()).toBe(own);
});
