/** Contrast of what is drawn, from computed styles and all the backgrounds behind it. */
import type { Locator } from '@playwright/test';

/** What stands against its background. */
export type Part = 'text' | 'placeholder' | 'border' | 'ring';

/** A ratio from 1 to 21, and a description of the element for the test's message. */
export interface Contrast {
  what: string;
  ratio: number;
}

/** The contrast of one part of every element; an element that has no such part gives none. */
export async function contrasts(elements: Locator, part: Part): Promise<Contrast[]> {
  return elements.evaluateAll(measure, part);
}

/** Runs in the page, so it refers to nothing outside itself. */
function measure(elements: Element[], part: Part): Contrast[] {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const paper = canvas.getContext('2d', { willReadFrequently: true })!;
  type Colour = [number, number, number];

  const paint = (layers: string[], opacity = 1): Colour => {
    paper.globalAlpha = 1;
    paper.fillStyle = '#fff';
    paper.fillRect(0, 0, 1, 1);
    layers.forEach((layer, place) => {
      paper.globalAlpha = place === layers.length - 1 ? opacity : 1;
      paper.fillStyle = layer;
      paper.fillRect(0, 0, 1, 1);
    });
    const [red = 0, green = 0, blue = 0] = paper.getImageData(0, 0, 1, 1).data;
    return [red, green, blue];
  };
  const luminance = (colour: Colour): number => {
    const [red, green, blue] = colour.map((each) => {
      const share = each / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as Colour;
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one: Colour, other: Colour): number => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
    return (light + 0.05) / (dark + 0.05);
  };
  const above = (element: Element): Element | null => element.assignedSlot ?? element.parentElement
    ?? (element.getRootNode() as ShadowRoot).host ?? null;
  const chain = (element: Element | null): Element[] =>
    (element ? [...chain(above(element)), element] : []);
  const backgrounds = (element: Element | null): string[] => chain(element).map((each) => {
    const { backgroundColor, backgroundImage } = getComputedStyle(each);
    if (backgroundImage !== 'none') throw new Error(`cannot measure on ${backgroundImage}`);
    return backgroundColor;
  });
  const opacity = (element: Element): number =>
    chain(element).reduce((share, each) => share * Number(getComputedStyle(each).opacity), 1);
  const name = (element: Element): string => {
    const { localName, className, textContent } = element as HTMLElement;
    return `${localName}.${className} "${(textContent ?? '').trim().slice(0, 30)}"`;
  };

  return elements.filter((element) => element.checkVisibility()).flatMap((element) => {
    const style = getComputedStyle(element);
    const behind = backgrounds(element);
    const around = backgrounds(above(element));
    const found = (value: number): Contrast[] => [{ what: name(element), ratio: value }];
    if (part === 'text') {
      const own = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      return own ? found(ratio(paint([...behind, style.color], opacity(element)), paint(behind))) : [];
    }
    if (part === 'placeholder') {
      const { color, opacity: own } = getComputedStyle(element, '::placeholder');
      return found(ratio(paint([...behind, color], Number(own) * opacity(element)), paint(behind)));
    }
    if (part === 'border') {
      const drawn = style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) > 0;
      return drawn ? found(ratio(paint([...around, style.borderTopColor]), paint(around))) : [];
    }
    // the ring may have two colours, so that one of them stands out on any page
    const lies = parseFloat(style.outlineOffset) < 0 ? behind : around;
    const shadows = style.boxShadow === 'none' ? [] : style.boxShadow.match(/[a-z]+\([^)]*\)/g) ?? [];
    const outline = style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2
      ? [] : [style.outlineColor];
    return found(Math.max(1, ...[...outline, ...shadows].map(
      (colour) => ratio(paint([...lies, colour]), paint(lies)))));
  });
}
