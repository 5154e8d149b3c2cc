/** One conversation as the visitor sees it: what was said, what is on its way, what failed. */
import { type Outgoing, Store, type Unsent, uuid } from './store';
import { type Button, Failure, type Past, type Reply, Transport } from './transport';

/** Where a visitor's message is; `failed` waits for the visitor, `queued` for the network. */
export type State = 'sent' | Unsent['state'];

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
    addEventListener('pageshow', (event) => {
      if (event.persisted) void this.#follow(); // the page was away while another one went on
    });
    if (this.#store.current?.outbox.some(({ state }) => state === 'queued')) void this.load();
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

  /** Brings back an earlier conversation; called whenever the chat is opened. */
  async load(): Promise<void> {
    const kept = this.#store.current;
    if (!this.#loaded && kept) {
      this.#loaded = true;
      this.#id = kept.conversation;
      // whether a message that was on its way has arrived, the history will tell
      this.messages = kept.outbox.map((unsent) => ({
        ...unsent, from: 'visitor', state: unsent.state === 'queued' ? 'queued' : 'failed' }));
      await this.#history();
      await this.#online();
    } else if (this.historyFailed) await this.#history();
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

  /** Begins a new conversation under a new id; what failed in the old one is given up. */
  restart(): void {
    this.messages = this.messages.filter(
      (each) => each.from === 'bot' || each.state === 'queued' || each.state === 'sending');
    this.#move(uuid());
    this.#store.begin(this.#id, this.messages.filter(isUnsent));
    this.changed();
  }

  async #add(words: Pick<Outgoing, 'text' | 'payload'>): Promise<void> {
    const kept = this.#store.current;
    if (!kept) {
      this.#move(uuid());
      this.#store.begin(this.#id, this.messages.filter(isUnsent));
    } else if (kept.conversation !== this.#id) this.#move(kept.conversation);
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
    const conversation = this.#id;
    try {
      this.#show(await this.#transport.send(conversation, said), conversation);
      this.#mark(said, 'sent');
    } catch (error) {
      const { text, replies } = error as Failure;
      if (replies.length) this.#show(replies, conversation);
      said.failure = text;
      this.#mark(said, 'failed');
    } finally {
      this.#onTheWay -= 1;
      this.changed();
    }
    if (this.#behind && !this.waiting) await this.#history();
  }

  /** An urgent answer is shown even when the visitor has started over meanwhile. */
  #show(replies: Reply[], conversation: string): void {
    const shown = conversation === this.#id ? replies : replies.filter(isUrgent);
    this.messages = [...this.messages, ...shown.map((reply) => ({ ...reply, from: 'bot' as const }))];
    this.urgent = shown.find(isUrgent)?.text ?? this.urgent;
    this.arrived(this.messages.length - shown.length);
  }

  #mark(said: Said, state: State): void {
    said.state = state;
    if (isUnsent(said)) this.#store.keep(said);
    else this.#store.drop(said.id);
    this.messages = [...this.messages];
    this.changed();
  }

  /**
   * Goes over to another conversation. The last urgent message stays in sight, for this is no way
   * around it, and so does what was not answered yet.
   */
  #move(conversation: string): void {
    this.#id = conversation;
    this.#loaded = true;
    this.messages = [...this.messages.filter(isUrgent).slice(-1), ...this.messages.filter(isUnsent)];
  }

  /** Another tab went on with the conversation, or began a new one. */
  async #follow(): Promise<void> {
    const kept = this.#store.current;
    if (!this.#loaded || !kept) return;
    if (kept.conversation !== this.#id) this.#move(kept.conversation);
    await this.#history();
  }

  /** Puts the server's messages in place of ours; what never reached it stays at the end. */
  async #history(): Promise<void> {
    const [conversation, turns] = [this.#id, this.#turns];
    try {
      const past = await this.#transport.history(conversation);
      if (conversation !== this.#id) return;
      this.#behind = turns !== this.#turns || this.waiting;
      if (this.#behind) { // a turn of our own is newer than this answer
        if (!this.waiting) await this.#history();
        return;
      }
      const known = new Set(past.map((message) => (message.from === 'visitor' ? message.id : '')));
      const unsent = this.messages.filter(isUnsent);
      for (const { id } of unsent) if (known.has(id)) this.#store.drop(id);
      this.quiet = true;
      this.messages = [...past.slice(-SHOWN).map(remembered), ...unsent.filter(({ id }) => !known.has(id))];
      this.historyFailed = false;
    } catch {
      this.historyFailed = true;
    }
    this.changed();
  }

  /** Sends what was queued while the network was known to be away, in its order. */
  async #online(): Promise<void> {
    this.changed();
    for (const message of this.messages.filter(isUnsent)) {
      if (message.state === 'queued' && !this.offline) await this.#send(message);
    }
    if (this.historyFailed && !this.offline) await this.#history();
  }
}

const isUnsent = (message: Message): message is Said & Unsent =>
  message.from === 'visitor' && message.state !== 'sent';

const isUrgent = (message: Reply | Message): boolean => 'kind' in message && message.kind === 'urgent';

const remembered = (message: Past): Message =>
  (message.from === 'visitor' ? { ...message, state: 'sent' } : message);
