/** The real assistant, started for the round trips and stopped after them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY = 'Spinebot is ready';
const PATIENCE = 900_000; // ms; the model may have to be trained first
const ENDING = 30_000; // ms

/**
 * Starts the assistant on free ports.
 *
 * @returns {Promise<{address: string, stop: () => Promise<void>}>}
 * @throws {Error} it ended or said nothing of being ready; holds its last words
 */
export async function startAssistant() {
  const [port, actions] = await freePorts(2);
  const server = spawn('.venv/bin/python', ['-m', 'spinebot.ops.serve'], {
    cwd: ROOT,
    env: { ...process.env, SPINEBOT_PORT: String(port), SPINEBOT_ACTIONS_PORT: String(actions) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGINT'); // as Ctrl-C: it stops its own children
    const timer = setTimeout(
      () => console.error(`The assistant (process ${server.pid}) does not end.`), ENDING);
    await ended;
    clearTimeout(timer);
  };
  try {
    await ready(server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: `http://127.0.0.1:${port}`, stop };
}

function ready(server) {
  let said = '';
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`The assistant ${why}.\n${said.slice(-2_000)}`));
    const timer = setTimeout(() => fail('did not get ready'), PATIENCE);
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (words) => {
        said += words;
        if (!said.includes(READY)) return;
        clearTimeout(timer);
        resolve();
      });
    }
    server.on('error', (error) => fail(`could not be started: ${error.message}`));
    server.on('exit', () => fail('ended'));
  });
}

/** Ports that nobody listens on; held open together, so that they differ. */
async function freePorts(count) {
  const holders = await Promise.all(Array.from({ length: count }, async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    return holder;
  }));
  const ports = holders.map((holder) => holder.address().port);
  await Promise.all(holders.map((holder) => once(holder.close(), 'close')));
  return ports;
}
