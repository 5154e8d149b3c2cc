/**
 * Runs in our page: sends one message as a visitor would and gives back, in ms, how long it took
 * until the answer was on the screen and how long the server says it took for it.
 * The messages' number is taken before; a failure shown instead is an error.
 */
async (text) => {
  const root = document.querySelector('spinebot-chat').shadowRoot;
  const log = root.querySelector('.log');
  const count = () => log.querySelectorAll('.message.bot').length;
  const before = count();
  const field = root.querySelector('textarea');
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  const answered = new Promise((resolve, reject) => {
    const observer = new MutationObserver(() => {
      const failure = log.querySelector('.failure');
      if (failure) reject(new Error(failure.textContent));
      if (count() === before) return;
      observer.disconnect();
      requestAnimationFrame(() => { // the frame that shows it; what is posted in it runs after it
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    });
    observer.observe(log, { childList: true, subtree: true });
  });
  performance.clearResourceTimings();
  const start = performance.now();
  root.querySelector('.send').click();
  const shown = await answered - start;
  for (;;) {
    const request = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/messages'));
    if (request) return { shown, turn: request.serverTiming.find(({ name }) => name === 'turn').duration };
    await new Promise((resolve) => { setTimeout(resolve, 10); }); // it is listed a moment after its end
  }
}
