/** Texts that try to run a script, and what tells that one did. */
import { expect, type Page } from '@playwright/test';
import type { Visitor } from './visitor';

const RUN = 'window.attacked=true';

/** Addresses that must never become a link. */
const ADDRESSES = [
  `javascript:${RUN}`, `JaVaScRiPt:${RUN}`, `  javascript:${RUN}`, `java\tscript:${RUN}`,
  `java\nscript:${RUN}`, `\u0001javascript:${RUN}`, `javascript&colon;${RUN}`, `&#106;avascript:${RUN}`,
  `javascript://example.org/%0a${RUN}`, `vbscript:${RUN}`, `VBScript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`, ` data:text/html;base64,PHNjcmlwdD4x`,
  `blob:${RUN}`, `file:///etc/passwd`, `http://example.org/`, '//example.org/', `intent://x#Intent;end`,
];

/** Texts with markup, templates, and links to the addresses above. */
export const ATTACKS = [
  `<img src=x onerror="${RUN}">`, `<svg onload="${RUN}">`, `<script>${RUN}</script>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`, `<a href="javascript:${RUN}">go</a>`,
  `<style>@import "https://example.org/x.css"</style>`, `"><img src=x onerror=${RUN}>`,
  `\${${RUN}}`, `{{constructor.constructor('${RUN}')()}}`, `<!--?lit$1$--><img src=x onerror=${RUN}>`,
  `**<b onmouseover="${RUN}">bold</b>**`, `• <img src=x onerror=${RUN}>`, '![x](https://example.org/x.png)',
  ...ADDRESSES.flatMap((address) => [address, `[go](${address})`, `**[go](${address})**`,
    `![go](${address})`, `<${address}>`]),
];

/** Fails where an attack did anything but show its letters. */
export async function expectHarmless(page: Page, visitor: Visitor): Promise<void> {
  const links = await visitor.log.locator('a').evaluateAll((all) => all.map(
    (link) => ({ href: link.getAttribute('href') ?? '', rel: link.getAttribute('rel') ?? '' })));
  for (const { href, rel } of links) {
    expect(['https:', 'tel:', 'mailto:'], href).toContain(new URL(href).protocol);
    expect(rel, href).toContain('noopener');
  }
  await expect(visitor.chat.locator(
    'img, script, iframe, object, embed, base, meta, link, b, [onerror], [onload], [onmouseover]'))
    .toHaveCount(0);
  await expect(visitor.chat.locator('[src], [srcdoc]')).toHaveCount(0);
  expect(await page.evaluate(() => 'attacked' in window)).toBe(false);
}
