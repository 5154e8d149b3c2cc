/** Requests to the website channel of the assistant. */
import type { Outgoing } from './store';

/** A quick reply: what it shows, and what it sends where that is something else. */
export interface Button {
  title: string;
  payload?: string;
}

/** A message of the assistant; `time` in ms since the epoch. */
export interface Reply {
  text: string;
  kind: 'text' | 'urgent' | 'summary';
  time: number;
  buttons?: Button[];
}

/** A message of the history, the visitor's or the assistant's. */
export type Past = (Reply & { from: 'bot' }) | { from: 'visitor'; id: string; text: string; time: number };

/** A request without a usable answer. */
export class Failure extends Error {
  /**
   * @param text - what the server says to the visitor, if it said anything
   * @param replies - what was answered before it went wrong
   */
  constructor(readonly text?: string, readonly replies: Reply[] = []) {
    super('no answer');
  }
}

const KINDS = ['urgent', 'summary'] as const; // any other is plain text
const PATIENCE = 20_000; // ms; the server itself gives up after 12 s

/** The routes of one server for one conversation. */
export class Transport {
  readonly #address: string;

  /** @param server - address of the assistant's server, without a slash at its end */
  constructor(server: string) {
    this.#address = `${server}/webhooks/website`;
  }

  /**
   * Sends a message; the server answers the same id only once.
   *
   * @returns the replies, at least one
   * @throws {Failure} no answer in time, or none that can be shown
   */
  async send(conversation: string, message: Outgoing): Promise<Reply[]> {
    const { id, text, payload } = message;
    const words = payload === undefined ? { text } : { payload };
    const replies = shown((await this.#post('messages', { conversation, id, ...words })).replies);
    if (!replies.length) throw new Failure();
    return replies as Reply[];
  }

  /**
   * The messages of a conversation, oldest first.
   *
   * @throws {Failure} as `send`
   */
  async history(conversation: string): Promise<Past[]> {
    return shown((await this.#post('history', { conversation })).messages) as Past[];
  }

  async #post(route: string, body: object): Promise<Record<string, unknown>> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE);
    try {
      const response = await fetch(`${this.#address}/${route}`, {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
        credentials: 'omit', cache: 'no-store', signal: abort.signal,
        keepalive: true, // a message sent while the page is left still arrives
      });
      const answer: unknown = await response.json();
      if (!response.ok) throw new Failure(spoken(answer), shown((answer as Fields)?.replies) as Reply[]);
      return (answer ?? {}) as Record<string, unknown>;
    } catch (error) {
      throw error instanceof Failure ? error : new Failure();
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The messages of an answer that have a text, with only such buttons as can be pressed. */
function shown(messages: unknown): unknown[] {
  return list(messages).filter((message) => typeof message?.text === 'string').map((message) => ({
    ...message,
    time: Number.isFinite(message?.time) ? message?.time : Date.now(),
    kind: KINDS.find((kind) => kind === message?.kind) ?? 'text',
    buttons: list(message?.buttons).filter(
      (button) => typeof button?.title === 'string' && typeof button.payload === 'string'),
  }));
}

type Fields = Record<string, unknown> | null;
const list = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);

function spoken(answer: unknown): string | undefined {
  const text = (answer as Fields)?.text;
  return typeof text === 'string' ? text : undefined;
}
