/** Taking the summary of the red-flag flow along: copy, share, print. */
import { expect, test } from './support/test';
import type { Visitor } from './support/visitor';
import { contacts, filled, plain, response, words } from './support/words';

/** Goes through the flow; returns the text of its summary as it is shown. */
async function reachSummary(visitor: Visitor): Promise<string> {
  await visitor.startChat();
  await visitor.ask("my dad can't move his legs since the epidural this morning");
  await visitor.ask('No');
  await visitor.ask('stop');
  const summary = visitor.log.locator('article.summary');
  await expect(summary).toHaveCount(1);
  return plain(await summary.locator('.text').innerText());
}

/** What is taken along: the summary, and whom to call. */
const takenAlong = (summary: string): string => `${summary} ${plain(filled(words.fallback))}`;

const button = (visitor: Visitor, name: string) =>
  visitor.log.locator('.summary-actions').getByRole('button', { name, exact: true });

test('the summary says what was told', async ({ visitor }) => {
  const summary = await reachSummary(visitor);
  const [title = ''] = response('utter_summary').split('\n');
  expect(summary).toContain(title);
  for (const told of ['dad', 'this morning', 'epidural']) expect(summary).toContain(told);
});

test('it is copied whole, with the contacts', async ({ context, page, visitor }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const summary = await reachSummary(visitor);
  await button(visitor, words.copy).click();
  await expect(visitor.panel.getByRole('status').filter({ hasText: words.copied })).toBeVisible();
  const copied = plain(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied).toBe(takenAlong(summary));
  for (const contact of [contacts.emergency, contacts.phone]) expect(copied).toContain(contact);
});

test('it is copied where the page has no clipboard of its own', async ({ context, page, visitor }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  const summary = await reachSummary(visitor);
  await button(visitor, words.copy).click();
  await expect(visitor.panel.getByRole('status').filter({ hasText: words.copied })).toBeVisible();
  expect(plain(await page.evaluate(() => navigator.clipboard.readText()))).toBe(takenAlong(summary));
});

test('where copying is impossible, it says so', async ({ page, visitor }) => {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    document.execCommand = () => false;
  });
  await reachSummary(visitor);
  await button(visitor, words.copy).click();
  await expect(visitor.panel.getByRole('status').filter({ hasText: words.copyFailed })).toBeVisible();
});

test('it is shared by WhatsApp, to nobody in particular', async ({ visitor }) => {
  const summary = await reachSummary(visitor);
  const share = visitor.log.getByRole('link', { name: words.share, exact: true });
  const address = new URL((await share.getAttribute('href'))!);
  expect(address.origin + address.pathname).toBe('https://wa.me/');
  expect([...address.searchParams.keys()]).toEqual(['text']);
  expect(plain(address.searchParams.get('text')!)).toBe(takenAlong(summary));
  await expect(share).toHaveAttribute('target', '_blank');
  await expect(share).toHaveAttribute('rel', /noopener/);
});

for (const where of ['plain', 'hostile', 'strict'] as const) {
  test(`it is printed, and nothing else of the ${where} page`, async ({ page, visitor }) => {
    await page.addInitScript(() => {
      Object.assign(window, { printed: 0 });
      window.print = () => { (window as unknown as { printed: number }).printed += 1; };
    });
    await visitor.visit({ page: where });
    await visitor.openChat();
    await visitor.ask("my dad can't move his legs since the epidural this morning");
    await visitor.ask('stop');
    const summary = plain(await visitor.log.locator('article.summary .text').innerText());
    await button(visitor, words.print).click();
    expect(await page.evaluate(() => (window as unknown as { printed: number }).printed)).toBe(1);

    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('heading', { name: 'A clinic' })).toBeHidden();
    await expect(visitor.panel).toBeHidden();
    await expect(visitor.root).toBeHidden();
    expect(plain(await page.locator('body').innerText())).toBe(takenAlong(summary));

    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await page.emulateMedia({ media: 'screen' });
    await expect(visitor.panel).toBeVisible();
    await expect(page.locator('body')).not.toContainText(plain(filled(words.fallback)));
  });
}
