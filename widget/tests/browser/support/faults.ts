/** Answers that the real assistant does not give: faults, slowness, and hostile content. */
import { randomUUID } from 'node:crypto';
import type { Page, Route } from '@playwright/test';
import { addresses } from './addresses';
import { ROUTES } from './visitor';
import type { Choice } from './words';

/** A reply as the channel sends it. */
export interface Reply {
  text: string;
  kind?: 'text' | 'urgent' | 'summary';
  buttons?: Choice[];
}

const HEADERS = { 'Access-Control-Allow-Origin': addresses.host };

/** Answers every message of the page with these replies. */
export async function answerWith(page: Page, replies: Reply[]): Promise<void> {
  await page.route(ROUTES.messages, (route) => fulfil(route, 200, {
    id: randomUUID(), replies: replies.map((reply) => ({ kind: 'text', time: Date.now(), ...reply })),
  }));
}

/** Answers every message of the page with a status and a body. */
export async function failWith(page: Page, status: number, body: unknown): Promise<void> {
  await page.route(ROUTES.messages, (route) => fulfil(route, status, body));
}

/** Gives the page this history. */
export async function historyIs(page: Page, messages: object[]): Promise<void> {
  await page.route(ROUTES.history, (route) => fulfil(route, 200, { messages }));
}

/** Leaves the page's requests without any answer. */
export async function hang(page: Page, routes = ROUTES.messages): Promise<void> {
  await page.route(routes, () => undefined);
}

/** Cuts every message's connection. */
export async function cut(page: Page): Promise<void> {
  await page.route(ROUTES.messages, (route) => route.abort('connectionfailed'));
}

/** Lets the assistant receive every message, but loses its answers. */
export async function loseAnswers(page: Page): Promise<void> {
  await page.route(ROUTES.messages, async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
}

/** Ends all the faults above. */
export async function heal(page: Page): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}

async function fulfil(route: Route, status: number, body: unknown): Promise<void> {
  await route.fulfill({
    status, headers: HEADERS, contentType: 'application/json',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
