/** Playwright's test with a visitor, whose page must not throw. */
import { expect, test as base } from '@playwright/test';
import { Visitor } from './visitor';

export { expect };

export const test = base.extend<{ visitor: Visitor }>({
  visitor: async ({ page }, use) => {
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await use(new Visitor(page));
    expect(errors, 'errors thrown in the page').toEqual([]);
  },
});
