/** Style sheets without a style element, which a strict content policy would refuse. */

/**
 * Adds styles to a page or a shadow root; browsers that cannot construct a sheet get an element.
 *
 * @returns a function that takes them away again
 */
export function addStyles(place: Document | ShadowRoot, css: string): () => void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    place.adoptedStyleSheets = [...place.adoptedStyleSheets, sheet];
    return () => {
      place.adoptedStyleSheets = place.adoptedStyleSheets.filter((each) => each !== sheet);
    };
  } catch {
    const element = document.createElement('style');
    element.textContent = css;
    ('head' in place ? place.head : place).append(element);
    return () => element.remove();
  }
}
