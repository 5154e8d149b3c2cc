/** What an answer may show, and that nothing else gets out of it. */
import contacts from 'virtual:contacts';
import { expect, test } from 'vitest';
import { telephone } from '../../src/contacts';
import { blocks, safeLink } from '../../src/rich-text';

const links = (text: string): [string, string][] => blocks(text, contacts).flatMap((block) =>
  block.lines.flat()).filter((span) => span.href).map((span) => [span.text, span.href!]);
const words = (text: string): string => blocks(text, contacts).map((block) => block.lines.map(
  (line) => line.map((span) => span.text).join('')).join('|')).join('\n');

test('bullets in a row are one list, other lines are paragraphs', () => {
  expect(blocks('Signs:\n• pain\n- weakness\nCall.', contacts).map(({ list, lines }) => [list, lines.length]))
    .toEqual([[false, 1], [true, 2], [false, 1]]);
  expect(words('Signs:\n• pain\n- weakness\nCall.')).toBe('Signs:\npain|weakness\nCall.');
});

test('bold words lose their marks, and a link inside keeps its address', () => {
  const [block] = blocks(`now **call ${contacts.emergency}** please`, contacts);
  expect(block!.lines[0]).toEqual([
    { text: 'now ' }, { text: 'call ', bold: true },
    { text: contacts.emergency, href: telephone(contacts.emergency), bold: true }, { text: ' please' }]);
});

test('every contact of an answer can be pressed', () => {
  const { emergency, ambulance, phone, email, website } = contacts;
  expect(links(`Call ${emergency} (ambulance ${ambulance}). Phone ${phone}, email ${email}, website ${website}.`))
    .toEqual([[emergency, `tel:${emergency}`], [ambulance, `tel:${ambulance}`],
      [phone, `tel:${phone.replace(' ', '')}`], [email, `mailto:${email}`],
      [website, `https://${website.toLowerCase()}/`]]);
});

test.each(['about 1120 people', 'in 2023', 'room 1 108 2', '5 to 8', `x${'1'.repeat(12)}`])(
  'a number that is no contact is text: %s', (text) => {
    expect(links(text)).toEqual([]);
    expect(words(text)).toBe(text);
  });

test.each([
  ['https://example.org/a?b=c', 'https://example.org/a?b=c'],
  ['tel:+12', 'tel:+12'], ['mailto:a@b.org', 'mailto:a@b.org'],
  ['javascript:alert(1)', undefined], ['JaVaScRiPt:alert(1)', undefined],
  [' java\nscript:alert(1)', undefined], ['\u0001javascript:alert(1)', undefined],
  ['data:text/html,x', undefined], ['vbscript:x', undefined], ['http://example.org', undefined],
  ['//example.org', undefined], ['/restart', undefined], ['', undefined],
])('only https, tel and mailto are links: %j', (address, link) => {
  expect(safeLink(address)).toBe(link);
});

test('a link with an unsafe address is shown as its text', () => {
  expect(links('[press](javascript:alert(1))')).toEqual([]);
  expect(words('[press](data:x)')).toBe('press');
  expect(links('[site](https://example.org)')).toEqual([['site', 'https://example.org/']]);
});

test.each(['<img src=x onerror=alert(1)>', '<b>x</b> & "y"', '**', '[]()', '[x]', '•', '']) (
  'anything else stays what it is: %s', (text) => {
    expect(words(text)).toBe(text);
  });
