/** What a visitor sees and does. */
import { expect, type Locator, type Page, type Request } from '@playwright/test';
import { addresses, SCRIPT } from './addresses';
import { pathOf, type Place } from './website';
import { words } from './words';

/** The routes of the channel, as patterns for `page.route`. */
export const ROUTES = {
  all: '**/webhooks/website/**',
  messages: '**/webhooks/website/messages',
  history: '**/webhooks/website/history',
};

/** The key of the widget in `localStorage`. */
export const STORAGE_KEY = 'spinebot';

/** What the widget keeps in the browser. */
export interface Kept {
  conversation: string;
  used: number;
  outbox: unknown[];
}

/** A visitor of a website that carries the chat. */
export class Visitor {
  readonly chat: Locator;
  readonly root: Locator;
  readonly launcher: Locator;
  readonly panel: Locator;
  /** The banner that is in sight: the bar's or the panel's. */
  readonly banner: Locator;
  readonly log: Locator;
  /** Everything said, by either side; the widget's own greeting is not part of it. */
  readonly messages: Locator;
  readonly said: Locator;
  readonly answers: Locator;
  readonly urgent: Locator;
  readonly quickReplies: Locator;
  readonly typing: Locator;
  readonly notice: Locator;
  readonly alert: Locator;
  readonly input: Locator;
  readonly send: Locator;
  readonly restart: Locator;
  readonly close: Locator;
  readonly failure: Locator;
  readonly retry: Locator;

  constructor(readonly page: Page) {
    this.chat = page.locator('spinebot-chat');
    this.root = this.chat.locator('.root');
    this.launcher = this.chat.locator('button.launcher');
    this.panel = this.chat.locator('dialog.panel');
    this.banner = this.chat.locator('nav.banner').filter({ visible: true });
    this.log = this.chat.locator('.log');
    this.messages = this.log.locator('article.message:not(.welcome)');
    this.said = this.log.locator('article.visitor');
    this.answers = this.log.locator('article.bot:not(.welcome)');
    this.urgent = this.log.locator('article.urgent');
    this.quickReplies = this.panel.locator('.quick button');
    this.typing = this.panel.locator('.typing');
    this.notice = this.panel.locator('.notice');
    this.alert = this.panel.getByRole('alert');
    this.input = this.panel.getByRole('textbox', { name: words.input });
    this.send = this.panel.getByRole('button', { name: words.send, exact: true });
    this.restart = this.panel.getByRole('button', { name: words.restart, exact: true });
    this.close = this.panel.getByRole('button', { name: words.close, exact: true });
    this.failure = this.log.locator('.failure');
    this.retry = this.log.getByRole('button', { name: words.retry, exact: true });
  }

  /** Opens a page of the website. */
  async visit(place: Partial<Place> = {}): Promise<void> {
    await this.page.goto(addresses.host + pathOf({ script: SCRIPT, ...place }));
  }

  /** Opens the chat with the launcher. */
  async openChat(): Promise<void> {
    await this.launcher.click();
    await expect(this.panel).toBeVisible();
  }

  /** Visits the plain page and opens the chat. */
  async startChat(place: Partial<Place> = {}): Promise<void> {
    await this.visit(place);
    await this.openChat();
  }

  /** Types a message and sends it; does not wait for an answer. */
  async say(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press('Enter');
  }

  /** Says something and waits until it is answered. */
  async ask(text: string): Promise<void> {
    await this.#answered(() => this.say(text));
  }

  /** Chooses a quick reply and waits until it is answered. */
  async choose(title: string): Promise<void> {
    await this.#answered(() => this.quickReply(title).click());
  }

  /** Loads the page again and opens the chat. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.openChat();
  }

  /** The quick reply with a title. */
  quickReply(title: string): Locator {
    return this.panel.locator('.quick').getByRole('button', { name: title, exact: true });
  }

  /** The text of the last answer. */
  async lastAnswer(): Promise<string> {
    return this.answers.last().locator('.text').innerText();
  }

  /** The texts of all answers, oldest first. */
  async allAnswers(): Promise<string[]> {
    return this.answers.locator('.text').allInnerTexts();
  }

  /** What the browser keeps of the conversation. */
  async kept(): Promise<Kept | null> {
    return this.page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? 'null') as Kept | null,
      STORAGE_KEY);
  }

  /** The secret id of the conversation. */
  async conversationId(): Promise<string> {
    return (await this.kept())?.conversation ?? '';
  }

  async #answered(act: () => Promise<void>): Promise<void> {
    const before = await this.said.count();
    await act();
    await expect(this.said).toHaveCount(before + 1);
    await expect(this.said.last()).toHaveClass(/\bsent\b/);
  }
}

/** Bodies of the messages that a page has sent to the assistant so far, kept up to date. */
export function watchMessages(page: Page): Record<string, string>[] {
  const sent: Record<string, string>[] = [];
  page.on('request', (request) => {
    if (isMessage(request)) sent.push(request.postDataJSON() as Record<string, string>);
  });
  return sent;
}

const isMessage = (request: Request): boolean =>
  request.method() === 'POST' && new URL(request.url()).pathname === '/webhooks/website/messages';
