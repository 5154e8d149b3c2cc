/**
 * Runs in every measured page before anything else: keeps what the browser says about long tasks,
 * layout shifts and the first paint, and the time at which the visitor can use the chat.
 * `CHAT` is filled in by load.mjs: the launcher and the field as paths through shadow roots.
 */
(() => {
  const chat = CHAT;
  const tasks = [];
  const seen = { usable: undefined, opening: undefined, shift: 0, firstPaint: undefined };

  const find = (path) => path.reduce(
    (from, selector) => (from?.shadowRoot ?? from)?.querySelector(selector), document);
  const shown = (path) => {
    const element = find(path);
    return Boolean(element?.checkVisibility({ visibilityProperty: true })
      && element.getBoundingClientRect().width > 0);
  };
  const observe = (type, use) => new PerformanceObserver(
    (list) => list.getEntries().forEach(use)).observe({ type, buffered: true });

  observe('longtask', ({ startTime, duration }) => tasks.push({ start: startTime, duration }));
  observe('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) seen.shift += value; });
  observe('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') seen.firstPaint = startTime;
  });

  /** Calls back with the time of the first frame in which the path is on the screen. */
  const whenShown = (path, use) => requestAnimationFrame(() => {
    if (shown(path)) use(performance.now());
    else whenShown(path, use);
  });
  if (chat) whenShown(chat.launcher ?? chat.field, (time) => { seen.usable = time; });
  if (chat?.launcher) {
    addEventListener('click', ({ timeStamp }) => whenShown(chat.field, (time) => {
      seen.opening = time - timeStamp;
    }), { capture: true, once: true });
  }

  globalThis.bench = {
    find,
    shown,
    state: () => ({ ...seen, tasks, now: performance.now() }),
    /** The middle of the path's element, in CSS pixels. */
    middle(path) {
      const { x, y, width, height } = find(path).getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    },
    /** Every element that the selector matches, those in shadow roots too. */
    all(selector, from = document) {
      return [...from.querySelectorAll('*')].flatMap((element) => [
        ...(element.matches(selector) ? [element] : []),
        ...(element.shadowRoot ? globalThis.bench.all(selector, element.shadowRoot) : [])]);
    },
    /** Whether the focus is on the path's element or in it. */
    focused(path) {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return Boolean(find(path)?.contains(active));
    },
  };
})();
