/** What the browser keeps: the secret id of the conversation and messages not yet sent. */

/** A visitor's message: what it shows, and for a quick reply what it sends. */
export interface Outgoing {
  id: string;
  text: string;
  payload?: string;
  time: number;
}

/** A message that never left (queued), is on its way (sending), or got no answer (failed). */
export interface Unsent extends Outgoing {
  state: 'queued' | 'sending' | 'failed';
}

/** Conversation id, time of the last use (ms since the epoch), and what was not answered yet. */
export interface Kept {
  conversation: string;
  used: number;
  outbox: Unsent[];
}

const KEY = 'spinebot';
const DAY = 24 * 60 * 60 * 1000; // the server's session ends then as well

/** A random UUID, version 4; `crypto.randomUUID` is missing on pages without TLS. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [8, 12, 16, 20, 32].map((end, place, ends) => hex.slice(ends[place - 1] ?? 0, end)).join('-');
}

/** Storage shared by all tabs of a site; only in memory where the browser forbids it. */
export class Store {
  #memory: Kept | undefined;

  /** @param onChange - called when another tab changed what is kept */
  constructor(onChange: () => void) {
    addEventListener('storage', (event) => {
      if (event.key === KEY) onChange();
    });
  }

  /** What is kept, if it was used within the last day. */
  get current(): Kept | undefined {
    const kept = this.#read();
    return kept && Date.now() - kept.used < DAY ? kept : undefined;
  }

  /** Begins a conversation with these messages still to be sent. */
  begin(conversation: string, outbox: Unsent[]): void {
    this.#write({ conversation, used: Date.now(), outbox });
  }

  /** Keeps a message that is not answered yet, beside those of other tabs. */
  keep({ id, text, payload, time, state }: Unsent): void {
    this.#change(id, [{ id, text, payload, time, state }]);
  }

  /** Forgets a message that was answered. */
  drop(id: string): void {
    this.#change(id, []);
  }

  #change(id: string, instead: Unsent[]): void {
    const kept = this.#read();
    if (!kept) return;
    const others = kept.outbox.filter((unsent) => unsent.id !== id);
    this.#write({ ...kept, used: Date.now(), outbox: [...others, ...instead] });
  }

  #write(kept: Kept): void {
    this.#memory = kept;
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // forbidden or full: the conversation lasts as long as the page
    }
  }

  #read(): Kept | undefined {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
      return isKept(kept) ? kept : this.#memory;
    } catch {
      return this.#memory;
    }
  }
}

function isKept(value: unknown): value is Kept {
  const kept = value as Kept | null;
  return typeof kept?.conversation === 'string' && typeof kept.used === 'number'
    && Array.isArray(kept.outbox);
}
