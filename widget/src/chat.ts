/** The element `<spinebot-chat>`: the bar with contacts and launcher, and the chat's panel. */
import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { Conversation } from './conversation';
import { texts, type Texts } from './language';
import type { Options } from './options';
import { addStyles } from './styles';
import bar from './styles/bar.css?inline';
import base from './styles/base.css?inline';
import log from './styles/log.css?inline';
import panel from './styles/panel.css?inline';
import { banner } from './view/banner';
import { composer } from './view/composer';
import { type Around, message, quickReplies, welcome } from './view/messages';

const SMALL = '(max-width: 480px), (max-height: 480px)'; // the panel fills these, as in panel.css
const GAP = 8; // px above the message that is scrolled to

/**
 * The chat. `SpinebotChat.options` is set before one is put into the page; the options belong to
 * the class, since a page that navigates by itself may bring the element back as a clone.
 *
 * It uses Lit's templates without LitElement, whose reactive properties weigh 2.5 KB of the 12
 * that the script may have; everything shown is drawn again, once a microtask, when it changes.
 */
export class SpinebotChat extends HTMLElement {
  static options: Options;
  readonly options = SpinebotChat.options;
  #shown = false;
  #everShown = false;
  #typed = 0;
  #note = '';
  #due = false;
  #arrived: number | undefined;
  #drawn: unknown;
  #texts!: Texts; // from the moment it stands in a page
  #begun: Conversation | undefined;
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');

  connectedCallback(): void {
    if (this.#texts) return; // moved inside the page
    this.#texts = texts(this.options.language, this.options.contacts);
    this.#dark.addEventListener('change', this.#changed);
    visualViewport?.addEventListener('resize', this.#fit);
    visualViewport?.addEventListener('scroll', this.#fit);
    addStyles(this.#root, base + bar);
    this.#draw();
    if (this.options.open) this.open();
    // not in one go with the drawing: a slow phone would stand still for longer
    else setTimeout(() => this.#conversation);
  }

  /** Begun at the first use; messages that wait for the network go out then. */
  get #conversation(): Conversation {
    this.#begun ??= new Conversation(this.options.server, this.#changed, this.#onReplies);
    return this.#begun;
  }

  readonly #onReplies = (first: number): void => {
    this.#arrived = first;
    if (this.#conversation.urgent) this.open(); // the visitor may have closed it while waiting
  };

  /** Opens the panel: over the page where it fills the screen, else beside it. */
  readonly open = (): void => {
    const dialog = this.#one('dialog');
    if (dialog.open) return;
    if (!this.#everShown) addStyles(this.#root, panel + log);
    this.#shown = this.#everShown = true;
    this.#drawn = undefined;
    this.#draw();
    if (matchMedia(SMALL).matches) dialog.showModal();
    else dialog.show();
    this.#scroll();
    this.#fit();
    this.#focusInput();
    void this.#conversation.load();
  };

  readonly #close = (): void => this.#one('dialog').close();

  readonly #onClose = (): void => {
    this.#shown = false;
    this.#draw();
    this.#one('button.launcher').focus();
  };

  readonly #changed = (): void => {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      this.#draw();
    });
  };

  #draw(): void {
    render(this.#template(), this.#root);
    if (this.#one('dialog').open) this.#scroll();
  }

  /** A new turn is shown from its first message, or from its urgent one: that is never out of sight. */
  #scroll(): void {
    const { messages } = this.#conversation;
    if (messages === this.#drawn) return;
    this.#drawn = messages;
    const box = this.#one('.log');
    const turn = [...box.querySelectorAll<HTMLElement>('.message:not(.welcome)')].slice(this.#arrived);
    const top = turn.find((each) => each.classList.contains('urgent')) ?? turn[0];
    box.scrollIntoView({ block: 'nearest' }); // where the panel itself has to scroll
    box.scrollTop = this.#arrived === undefined || !top ? box.scrollHeight : top.offsetTop - GAP;
    this.#arrived = undefined;
  }

  #template(): TemplateResult {
    const { contacts, position, theme, banner: when } = this.options;
    const words = this.#texts;
    const look = theme === 'auto' ? (this.#dark.matches ? 'dark' : 'light') : theme;
    return html`<div class="root ${look} ${position}" lang=${words.lang} dir=${words.dir}>
      <div class="bar" ?hidden=${this.#shown}>
        ${when === 'always' ? banner(contacts, words) : nothing}
        <button class="launcher" aria-haspopup="dialog" aria-expanded=${String(this.#shown)}
          aria-label=${words.open} @click=${this.open}>${words.launcher}</button>
      </div>
      <dialog class="panel" aria-labelledby="title" @keydown=${this.#onKey} @close=${this.#onClose}>
        ${this.#everShown ? this.#panel() : nothing}
      </dialog>
    </div>`;
  }

  /** Made when the chat is first opened, so that a page loads as fast as if it had none. */
  #panel(): TemplateResult {
    const words = this.#texts;
    const onInput = (): void => {
      this.#typed = this.#one('textarea').value.length;
      this.#changed();
    };
    return html`<div class="head">
        <h2 id="title">${this.#title}</h2>
        <button class="restart" @click=${this.#restart}>${words.restart}</button>
        <button class="close" aria-label=${words.close} @click=${this.#close}>✕</button>
      </div>
      ${banner(this.options.contacts, words)}
      ${this.#log()}
      <div class="typing" role="status">${this.#conversation.waiting
        ? html`<span class="sr-only">${words.typing}</span><i></i><i></i><i></i>` : nothing}</div>
      <p class="notice" role="status">${this.#notice}</p>
      ${composer(words, this.#typed, onInput, (text) => this.#act(() => this.#conversation.say(text)))}
      <div class="sr-only" role="alert">${this.#conversation.urgent}</div>`;
  }

  #log(): TemplateResult {
    const { messages, choices, quiet } = this.#conversation;
    const words = this.#texts;
    const around: Around = {
      title: this.#title, contacts: this.options.contacts, texts: words,
      onRetry: (failed) => this.#act(() => this.#conversation.retry(failed)),
      onNote: (note) => {
        this.#note = note;
        this.#changed();
      },
    };
    const beginnings = [words.startSigns, words.startDefinition, words.startSymptoms, words.startContact]
      .map((title) => ({ title }));
    const begun = messages.some(({ from }) => from === 'visitor');
    return html`<div class="log" role="log" tabindex="0" aria-label=${words.log}
      aria-live=${quiet ? 'off' : 'polite'}>
      ${welcome(around)}${messages.map((each) => message(each, around))}
      ${quickReplies(begun ? choices : beginnings, begun ? words.answers : words.start, (button) => this.#act(() => this.#conversation.choose(button)))}
    </div>`;
  }

  get #title(): string {
    return this.options.title || this.#texts.title;
  }

  get #notice(): string {
    if (this.#conversation.offline) return this.#texts.offline;
    return this.#conversation.historyFailed ? this.#texts.historyFailed : this.#note;
  }

  #act(action: () => Promise<void>): void {
    this.#note = '';
    void action();
    this.#focusInput();
  }

  readonly #restart = (): void => {
    this.#conversation.restart();
    this.#focusInput();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.#close();
  };

  /** On a phone the on-screen keyboard must not rise over what there is to read. */
  #focusInput(): void {
    const field = this.#one('textarea');
    if (this.#root.activeElement === field) return;
    if (matchMedia('(pointer: coarse)').matches) this.#one('.log').focus();
    else field.focus();
  }

  /** Keeps the panel in the part of the screen that an on-screen keyboard leaves free. */
  readonly #fit = (): void => {
    const view = visualViewport;
    if (!view || view.scale !== 1) return; // zoomed in: the visitor moves about in the panel
    const { style } = this.#one('dialog');
    style.setProperty('--top', `${view.offsetTop}px`);
    style.setProperty('--height', `${view.height}px`);
  };

  #one<K extends keyof HTMLElementTagNameMap>(selector: K): HTMLElementTagNameMap[K];
  #one(selector: string): HTMLElement;
  #one(selector: string): HTMLElement {
    return this.#root.querySelector<HTMLElement>(selector)!;
  }
}
