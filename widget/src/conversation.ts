/** One conversation as the visitor sees it: what was said, what is on its way, what failed. */
import { type Outgoing, Store, type Unsent, uuid } from './store';
import { type Button, Failure, type Past, type Reply, Transport } from './transport';

/** Where a visitor's message is; `failed` and `queued` wait for the visitor or the network. */
export type State = 'sent' | 'sending' | 'queued' | 'failed';

/** A visitor's message; `failure` is what the server said where it did not go through. */
export interface Said extends Outgoing {
  from: 'visitor';
  state: State;
  failure?: string;
}

export type Message = Said | (Reply & { from: 'bot' });

const SHOWN = 50;

/** Holds the messages and sends them; everything it shows is in its public fields. */
export class Conversation {
  messages: Message[] = [];
  /** The latest urgent answer that came while the visitor was here, for screen readers. */
  urgent = '';
  historyFailed = false;
  /** The messages shown are an earlier conversation, which is not to be announced again. */
  quiet = false;
  #id = '';
  #turns = 0;
  #onTheWay = 0;
  #loaded = false;
  #behind = false;
  readonly #store: Store;
  readonly #transport: Transport;

  /**
   * @param server - address of the assistant's server
   * @param changed - called whenever something shown has changed
   * @param arrived - called after replies came, with the place of the first among the messages
   */
  constructor(server: string, private readonly changed: () => void,
    private readonly arrived: (first: number) => void) {
    this.#transport = new Transport(server);
    this.#store = new Store(() => void this.#follow());
    addEventListener('online', () => void this.#online());
    addEventListener('offline', () => this.changed());
  }

  /** Whether an answer is awaited. */
  get waiting(): boolean {
    return this.#onTheWay > 0;
  }

  /** Whether the browser knows that there is no network. */
  get offline(): boolean {
    return navigator.onLine === false;
  }

  /** The quick replies: those of the last message, unless the visitor has said something since. */
  get choices(): Button[] {
    const last = this.messages[this.messages.length - 1];
    return last?.from === 'bot' ? last.buttons ?? [] : [];
  }

  /** Brings back an earlier conversation; called when the chat is opened. */
  async load(): Promise<void> {
    const kept = this.#store.current;
    if (this.#loaded || !kept) return;
    this.#loaded = true;
    this.#id = kept.conversation;
    this.messages = kept.outbox.map((unsent) => ({ ...unsent, from: 'visitor' }));
    await this.#history();
    await this.#online();
  }

  /** Sends what the visitor typed. */
  async say(text: string): Promise<void> {
    await this.#add({ text });
  }

  /** Sends a quick reply; its title is what the visitor said. */
  async choose({ title, payload }: Button): Promise<void> {
    await this.#add({ text: title, payload });
  }

  /** Sends a message again that did not go through. */
  async retry(message: Said): Promise<void> {
    await this.#send(message);
  }

  /**
   * Begins a new conversation under a new id. An urgent message stays in sight: to start over is
   * no way around it.
   */
  restart(): void {
    const urgent = this.messages.filter(isUrgent);
    this.#begin(uuid());
    this.messages = urgent.slice(-1);
    this.changed();
  }

  async #add(words: Pick<Outgoing, 'text' | 'payload'>): Promise<void> {
    const kept = this.#store.current;
    if (!kept) this.#begin(uuid());
    else if (kept.conversation !== this.#id) this.#begin(kept.conversation);
    const said: Said = { ...words, id: uuid(), time: Date.now(), from: 'visitor', state: 'sending' };
    this.messages = [...this.messages, said];
    if (this.offline) this.#mark(said, 'queued');
    else await this.#send(said);
  }

  async #send(said: Said): Promise<void> {
    this.#mark(said, 'sending');
    this.#onTheWay += 1;
    this.#turns += 1;
    this.quiet = false;
    this.urgent = ''; // so that the same words are announced again
    this.changed();
    try {
      const conversation = this.#id;
      const replies = await this.#transport.send(conversation, said);
      // an urgent answer is shown even when the visitor has started over meanwhile
      this.#show(said, conversation === this.#id ? replies : replies.filter(isUrgent));
    } catch (error) {
      said.failure = (error as Failure).text;
      this.#mark(said, 'failed');
    } finally {
      this.#onTheWay -= 1;
      this.changed();
    }
    if (this.#behind && !this.waiting) await this.#history();
  }

  #show(said: Said, replies: Reply[]): void {
    this.#mark(said, 'sent');
    this.messages = [...this.messages, ...replies.map((reply) => ({ ...reply, from: 'bot' as const }))];
    this.urgent = replies.find(isUrgent)?.text ?? this.urgent;
    this.arrived(this.messages.length - replies.length);
  }

  #mark(said: Said, state: State): void {
    said.state = state;
    this.messages = [...this.messages];
    this.#store.save({ conversation: this.#id, outbox: this.messages.filter(isWaiting).map(unsent) });
    this.changed();
  }

  #begin(conversation: string): void {
    this.#id = conversation;
    this.#loaded = true;
    this.messages = [];
    this.urgent = '';
    this.#store.save({ conversation: this.#id, outbox: [] });
  }

  /** Another tab went on with the conversation, or began a new one. */
  async #follow(): Promise<void> {
    const kept = this.#store.current;
    if (!this.#loaded || !kept) return;
    if (kept.conversation !== this.#id) {
      this.#id = kept.conversation;
      this.messages = [];
    }
    await this.#history();
  }

  /** Puts the server's messages in place of ours; what never reached it stays at the end. */
  async #history(): Promise<void> {
    const [conversation, turns] = [this.#id, this.#turns];
    try {
      const past = await this.#transport.history(conversation);
      if (conversation !== this.#id) return;
      this.#behind = turns !== this.#turns || this.waiting;
      if (this.#behind) return; // our own turn is newer than this answer; it is asked for again
      const known = new Set(past.map((message) => (message.from === 'visitor' ? message.id : '')));
      const waiting = this.messages.filter((each) => isWaiting(each) && !known.has(each.id));
      this.quiet = true;
      this.messages = [...past.slice(-SHOWN).map(remembered), ...waiting];
      this.historyFailed = false;
    } catch {
      this.historyFailed = true;
    }
    this.changed();
  }

  /** Sends what was queued while the network was known to be away, in its order. */
  async #online(): Promise<void> {
    this.changed();
    if (this.offline) return;
    for (const message of this.messages.filter(isQueued)) await this.#send(message);
  }
}

const isWaiting = (message: Message): message is Said & Unsent =>
  message.from === 'visitor' && (message.state === 'queued' || message.state === 'failed');

const isQueued = (message: Message): message is Said & Unsent =>
  isWaiting(message) && message.state === 'queued';

const isUrgent = (message: Reply | Message): boolean => 'kind' in message && message.kind === 'urgent';

const unsent = ({ id, text, payload, time, state }: Said & Unsent): Unsent =>
  ({ id, text, payload, time, state });

const remembered = (message: Past): Message =>
  (message.from === 'visitor' ? { ...message, state: 'sent' } : message);
