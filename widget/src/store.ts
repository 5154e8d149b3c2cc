/** What the browser keeps: the secret id of the conversation and messages not yet sent. */

/** A visitor's message: what it shows, and for a quick reply what it sends. */
export interface Outgoing {
  id: string;
  text: string;
  payload?: string;
  time: number;
}

/** A message that never left (queued), or left and got no answer (failed). */
export interface Unsent extends Outgoing {
  state: 'queued' | 'failed';
}

/** Conversation id, time of the last use (ms since the epoch), and what could not be sent. */
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

  /** Keeps this, as used now; every call is a change that the other tabs see. */
  save(kept: Omit<Kept, 'used'>): void {
    this.#memory = { ...kept, used: Date.now() };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#memory));
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
