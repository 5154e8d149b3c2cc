// @vitest-environment node
/** The contacts and the languages that a build takes in. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contacts, DOMAIN, LANGUAGES, languages } from '../../build/sources.mjs';
import { fill, texts } from '../../src/language';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'widget-')); });
afterEach(() => rmSync(folder, { recursive: true }));

const english = readFileSync(join(LANGUAGES, 'en.json'), 'utf8');
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

test('the contacts are those of the domain', () => {
  const domain = readFileSync(DOMAIN, 'utf8');
  const found = Object.values(contacts());
  expect(found).toHaveLength(6);
  for (const contact of found) expect(domain).toContain(`initial_value: "${contact}"`);
});

test('a domain without a contact is no domain to build from', () => {
  write('domain.yml', 'slots: {emergency: {initial_value: ""}}');
  expect(() => contacts(join(folder, 'domain.yml'))).toThrow('emergency');
});

test('a language is added by adding a file', () => {
  write('en.json', english);
  write('xx.json', english.replace('"lang": "en"', '"lang": "xx"'));
  expect(Object.keys(languages(folder))).toEqual(['en', 'xx']);
});

test.each([
  ['lacks "send"', english.replace(/ *"send".*\n/, '')],
  ['lacks "send"', english.replace('"send": "Send"', '"send": ""')],
  ['has "extra"', english.replace('"send"', '"extra": "x", "send"')],
])('a language with other keys stops the build: %s', (problem, text) => {
  write('en.json', english);
  write('xx.json', text);
  expect(() => languages(folder)).toThrow(`languages/xx.json ${problem}`);
});

test('every text of a failure names the emergency number and the clinic', () => {
  const built = contacts() as Parameters<typeof texts>[1];
  const { failed, historyFailed, offline } = texts('en', built);
  for (const text of [failed, historyFailed, offline]) expect(text).toContain(built.emergency);
  for (const text of [failed, historyFailed]) expect(text).toContain(built.phone);
  expect(Object.entries(texts('en', built)).filter(([key, text]) => key !== 'left' && /[{}]/.test(text)))
    .toEqual([]);
});

test('an unknown language gives English, a region is not looked at', () => {
  const built = contacts() as Parameters<typeof texts>[1];
  expect(texts('tlh', built).lang).toBe('en');
  expect(texts('EN-in', built).lang).toBe('en');
  expect(fill('{a} {b}', { a: '1' })).toBe('1 {b}');
});
