/** Starts the assistant and the website for all tests, and stops both after them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FullConfig } from '@playwright/test';
import { VARIABLES } from './addresses';
import { Assistant, freePort } from './assistant';
import { startWebsite } from './website';

const LOCAL = 'http://127.0.0.1';

export default async function setUp({ rootDir }: FullConfig): Promise<() => Promise<void>> {
  const results = join(rootDir, '..', '..', 'results');
  mkdirSync(results, { recursive: true });
  const [bot, actions, host, dead] = [
    await freePort(), await freePort(), await freePort(), await freePort()] as const;
  process.env[VARIABLES.bot] = `${LOCAL}:${bot}`;
  process.env[VARIABLES.host] = `${LOCAL}:${host}`;
  process.env[VARIABLES.dead] = `${LOCAL}:${dead}`;

  const website = await startWebsite(host);
  const assistant = new Assistant(bot, actions, `${LOCAL}:${host}`, join(results, 'assistant.log'));
  const tearDown = async (): Promise<void> => {
    website.close();
    website.closeAllConnections();
    await assistant.stop();
  };
  try {
    await assistant.ready();
    const script = await fetch(`${LOCAL}:${bot}/spinebot.js`);
    if (!script.ok) throw new Error('The assistant has no widget; `npm run build` makes it.');
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}
