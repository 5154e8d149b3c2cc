/** What a screen reader would be told: changes inside the live regions of the widget. */
import type { Page } from '@playwright/test';

/** A change that is announced. */
export interface Announcement {
  role: string;
  text: string;
}

declare global {
  interface Window {
    heard?: Announcement[];
  }
}

/** Listens from the first moment of every page opened from now on. */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: Announcement[] = [];
    window.heard = heard;
    const note = ({ target, addedNodes }: MutationRecord): void => {
      const element = target instanceof Element ? target : target.parentElement;
      const region = element?.closest('[role=log],[role=status],[role=alert],[aria-live]');
      if (!region || region.getAttribute('aria-live') === 'off') return;
      const nodes = addedNodes.length ? [...addedNodes] : [target];
      const text = nodes.filter((node) => node.nodeType !== Node.COMMENT_NODE)
        .map((node) => node.textContent ?? '').join(' ').trim();
      if (text) heard.push({ role: region.getAttribute('role') ?? '', text });
    };
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function attachObserved(init: ShadowRootInit): ShadowRoot {
      const root = attach.call(this, init);
      new MutationObserver((records) => records.forEach(note)).observe(
        root, { childList: true, subtree: true, characterData: true });
      return root;
    };
  });
}

/** What was announced so far on this page. */
export async function heard(page: Page): Promise<Announcement[]> {
  return page.evaluate(() => window.heard ?? []);
}
