/** How the parts of the chat are drawn. */
import type { Visitor } from './visitor';

/** The parts that a theme's style sheet would spoil first. */
export const PARTS = {
  closed: ['.root', '.bar', '.launcher', '.bar .banner', '.bar .emergency', '.bar .email'],
  open: [
    '.root', 'dialog.panel', '.head', 'h2', 'button.restart', 'button.close', '.panel .banner',
    '.panel .emergency', '.panel .call', '.log', '.visitor .text', '.answer .text', '.answer p',
    '.answer ul', '.answer li', '.answer strong', '.answer .text a', '.quick', '.quick button', 'form',
    'textarea', '.send',
  ].map((part) => part.replace('.answer', '.bot:not(.welcome)')),
};

/** Every computed property of some parts, and where they stand on the screen. */
export async function appearance(visitor: Visitor, some: string[],
): Promise<Record<string, Record<string, string>>> {
  return visitor.chat.evaluate((chat, parts) => Object.fromEntries(parts.map((part) => {
    const element = chat.shadowRoot!.querySelector(part);
    if (!element) throw new Error(`the chat has no ${part}`);
    const style = getComputedStyle(element);
    const { x, y, width, height } = element.getBoundingClientRect();
    return [part, { ...Object.fromEntries([...style].map((name) => [name, style.getPropertyValue(name)])),
      box: height ? [x, y, width, height].join(' ') : 'nothing' }];
  })), some);
}

/** The properties in which two appearances differ: `part property: one / other`. */
export function differences(one: Record<string, Record<string, string>>,
  other: Record<string, Record<string, string>>): string[] {
  return Object.entries(one).flatMap(([part, properties]) => Object.entries(properties)
    .filter(([name, value]) => other[part]?.[name] !== value)
    .map(([name, value]) => `${part} ${name}: ${value} / ${other[part]?.[name]}`));
}
