/** What can be seen and hit on the screen. */
import type { Locator } from '@playwright/test';

/**
 * The elements, by their text, of which some part is outside the screen or covered.
 *
 * Looks at the middle and near the four corners of each.
 */
export async function hidden(elements: Locator): Promise<string[]> {
  return elements.evaluateAll((found) => {
    const INSET = 3; // px; corners are round
    const top = (x: number, y: number): Element | null => {
      let hit = document.elementFromPoint(x, y);
      for (let inner = hit; inner?.shadowRoot; hit = inner) {
        inner = inner.shadowRoot.elementFromPoint(x, y);
        if (!inner || inner === hit) break;
      }
      return hit;
    };
    return found.filter((element) => {
      const { left, right, top: upper, bottom } = element.getBoundingClientRect();
      if (left < 0 || upper < 0 || right > innerWidth || bottom > innerHeight) return true;
      const points = [[(left + right) / 2, (upper + bottom) / 2], ...[left + INSET, right - INSET]
        .flatMap((x) => [[x, upper + INSET], [x, bottom - INSET]])] as [number, number][];
      return !points.every(([x, y]) => element.contains(top(x, y)));
    }).map((element) => element.textContent?.trim() ?? '');
  });
}

/** The elements, by their text, that are smaller than a finger needs. */
export async function tooSmall(elements: Locator): Promise<string[]> {
  return elements.evaluateAll((found) => {
    const FINGER = 44; // CSS px
    return found.filter((element) => element.checkVisibility()).flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const fits = width >= FINGER && height >= FINGER;
      return fits ? [] : [`${element.className} ${element.textContent?.trim()}: ${width} x ${height}`];
    });
  });
}
