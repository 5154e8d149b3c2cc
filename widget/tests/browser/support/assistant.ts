/** The real assistant, as `make run` starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const READY = 'Spinebot is ready';
const START_MS = 300_000; // a stale model is trained first
const POLL_MS = 200;

/** A loopback port that nobody uses. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Assistant and action server under one supervisor. */
export class Assistant {
  readonly #process: ChildProcess;
  readonly #log: string;

  /**
   * @param port - of the assistant
   * @param actionsPort - of its action server
   * @param origin - the website that may speak to it from another origin
   * @param log - file for everything the processes print
   */
  constructor(port: number, actionsPort: number, origin: string, log: string) {
    this.#log = log;
    const output = openSync(log, 'w');
    this.#process = spawn(join(ROOT, '.venv', 'bin', 'python'), ['-m', 'spinebot.ops.serve'], {
      cwd: ROOT,
      stdio: ['ignore', output, output],
      env: {
        ...process.env,
        SPINEBOT_PORT: String(port),
        SPINEBOT_ACTIONS_PORT: String(actionsPort),
        SPINEBOT_ORIGINS: origin,
      },
    });
    closeSync(output);
  }

  /**
   * Waits until it says that it is ready.
   *
   * @throws {Error} with the end of its log, where it ends or is not ready in time
   */
  async ready(): Promise<void> {
    const until = Date.now() + START_MS;
    while (Date.now() < until && this.#process.exitCode === null) {
      if (this.#printed().includes(READY)) return;
      await pause(POLL_MS);
    }
    await this.stop();
    throw new Error(`The assistant did not start:\n${this.#printed().slice(-2000)}`);
  }

  /** Ctrl-C, and waits for the end. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.pid === undefined) return;
    const ended = once(this.#process, 'exit');
    process.kill(this.#process.pid, 'SIGINT');
    await ended;
  }

  #printed(): string {
    return readFileSync(this.#log, 'utf8');
  }
}
