/** The conversation against a server that is played here: answers, failures, offline, other tabs. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Conversation } from '../../src/conversation';
import type { Reply } from '../../src/transport';

interface Sent { route: string; conversation: string; id?: string; text?: string; payload?: string }

const reply = (text: string, more: Partial<Reply> = {}): Reply => ({ text, kind: 'text', time: 1, ...more });
const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const answers = (...replies: Reply[]): Response => json({ replies });

let sent: Sent[];
let respond: (request: Sent) => Response | Promise<Response>;
let online: boolean;
let listeners: Parameters<typeof addEventListener>[];

beforeEach(() => {
  listeners = [];
  const listen = addEventListener.bind(window);
  vi.stubGlobal('addEventListener', (...listener: Parameters<typeof addEventListener>) => {
    listeners.push(listener);
    listen(...listener);
  });
  localStorage.clear();
  sent = [];
  online = true;
  respond = ({ route, text }) => (route === 'messages' ? answers(reply(`to ${text}`)) : json({ messages: [] }));
  vi.stubGlobal('fetch', async (address: string, { body }: { body: string }) => {
    const request = { route: address.split('/').pop()!, ...JSON.parse(body) } as Sent;
    sent.push(request);
    return respond(request);
  });
  vi.spyOn(navigator, 'onLine', 'get').mockImplementation(() => online);
});
afterEach(() => {
  for (const listener of listeners) removeEventListener(...listener); // a page has one conversation
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const open = async (): Promise<Conversation> => {
  const conversation = new Conversation('https://bot.example', () => {}, () => {});
  await conversation.load();
  return conversation;
};
const texts = ({ messages }: Conversation): string[] => messages.map((message) => message.text);
const states = ({ messages }: Conversation): unknown[] => messages.map(
  (message) => (message.from === 'visitor' ? message.state : 'bot'));
const of = (route: string): Sent[] => sent.filter((request) => request.route === route);

test('a chat that was never used asks the server for nothing', async () => {
  await open();
  expect(sent).toEqual([]);
});

test('what is said is sent once under fresh unguessable ids, and answered', async () => {
  const conversation = await open();
  await conversation.say('one');
  await conversation.say('two');
  expect(texts(conversation)).toEqual(['one', 'to one', 'two', 'to two']);
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const [first, second] = of('messages');
  for (const id of [first!.conversation, first!.id, second!.id]) expect(id).toMatch(uuid);
  expect(second!.conversation).toBe(first!.conversation);
  expect(second!.id).not.toBe(first!.id);
});

test('a quick reply shows its title, sends its payload, and is gone when used', async () => {
  respond = ({ payload }) => answers(payload ? reply('fine')
    : reply('which?', { buttons: [{ title: 'Yes, now', payload: 'Yes' }] }));
  const conversation = await open();
  await conversation.say('hello');
  expect(conversation.choices).toEqual([{ title: 'Yes, now', payload: 'Yes' }]);
  await conversation.choose(conversation.choices[0]!);
  expect(texts(conversation)).toEqual(['hello', 'which?', 'Yes, now', 'fine']);
  expect(of('messages')[1]).toMatchObject({ payload: 'Yes' });
  expect(of('messages')[1]).not.toHaveProperty('text');
  expect(conversation.choices).toEqual([]);
});

test.each<[string, () => Response | Promise<Response>]>([
  ['no network', () => Promise.reject(new TypeError('failed to fetch'))],
  ['an error', () => json({}, 500)],
  ['an empty list', () => json([])],
  ['no replies', () => json({ replies: [] })],
  ['null', () => json(null)],
  ['replies that are none', () => json({ replies: [null, 7, {}, { text: 1 }] })],
  ['a page', () => new Response('<html>')],
])('%s fails the message, which is not sent again by itself', async (_, failure) => {
  respond = failure;
  const conversation = await open();
  await conversation.say('my legs are numb');
  expect(states(conversation)).toEqual(['failed']);
  expect(sent).toHaveLength(1);
});

test('a server that never answers fails the message after 20 s', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) => new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  }));
  const conversation = await open();
  const said = conversation.say('hello');
  await vi.advanceTimersByTimeAsync(19_999);
  expect(states(conversation)).toEqual(['sending']);
  await vi.advanceTimersByTimeAsync(1);
  await said;
  expect(states(conversation)).toEqual(['failed']);
});

test('a retry is the same message under the same id, and its answer comes once', async () => {
  respond = () => json({ text: 'slow down' }, 429);
  const conversation = await open();
  await conversation.say('hello');
  const [failed] = conversation.messages;
  expect(failed).toMatchObject({ state: 'failed', failure: 'slow down' });
  respond = () => answers(reply('hi'));
  await conversation.retry(failed as never);
  expect(sent[1]).toEqual(sent[0]);
  expect(texts(conversation)).toEqual(['hello', 'hi']);
  expect(states(conversation)).toEqual(['sent', 'bot']);
});

test('offline messages wait, and are sent once and in order when the network is back', async () => {
  const conversation = await open();
  online = false;
  await conversation.say('one');
  await conversation.say('two');
  expect(states(conversation)).toEqual(['queued', 'queued']);
  expect(sent).toEqual([]);
  online = true;
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(states(conversation)).toEqual(['sent', 'sent', 'bot', 'bot']));
  expect(sent.map(({ text }) => text)).toEqual(['one', 'two']);
});

test('unsent messages outlive a reload: queued ones go out, failed ones wait for the visitor', async () => {
  const before = await open();
  respond = () => json({}, 500);
  await before.say('failed');
  online = false;
  await before.say('queued');
  online = true;
  respond = ({ route, text }) => (route === 'history' ? json({ messages: [] }) : answers(reply(`to ${text}`)));
  sent = [];
  const after = new Conversation('https://bot.example', () => {}, () => {}); // not even opened
  await vi.waitFor(() => expect(texts(after)).toEqual(['failed', 'queued', 'to queued']));
  expect(states(after)).toEqual(['failed', 'sent', 'bot']);
  expect(of('messages').map(({ text }) => text)).toEqual(['queued']);
});

test('a reload brings the conversation back quietly, 50 messages at most, its quick replies too', async () => {
  await (await open()).say('hello');
  const { conversation: id } = sent[0]!;
  const past = Array.from({ length: 60 }, (_, place) => ({ from: 'bot', ...reply(`${place}`) }));
  respond = () => json({ messages: [...past, { from: 'bot', ...reply('well?', { buttons: [{ title: 'No', payload: 'No' }] }) }] });
  const again = await open();
  expect(of('history')).toEqual([{ route: 'history', conversation: id }]);
  expect(again.messages).toHaveLength(50);
  expect(again.choices).toEqual([{ title: 'No', payload: 'No' }]);
  expect([again.quiet, again.urgent]).toEqual([true, '']);
});

test('a history that cannot be loaded is said, and the chat goes on in the same conversation', async () => {
  await (await open()).say('hello');
  respond = ({ route }) => (route === 'history' ? json({}, 503) : answers(reply('hi')));
  const again = await open();
  expect(again.historyFailed).toBe(true);
  await again.say('still there?');
  expect(of('messages')[1]!.conversation).toBe(of('messages')[0]!.conversation);
});

test('after a day another conversation begins', async () => {
  vi.useFakeTimers({ now: 0 });
  const conversation = await open();
  await conversation.say('monday');
  vi.setSystemTime(24 * 60 * 60 * 1000 - 1);
  await conversation.say('still monday');
  vi.setSystemTime(2 * 24 * 60 * 60 * 1000);
  await conversation.say('wednesday');
  const [monday, still, wednesday] = sent.map((request) => request.conversation);
  expect(still).toBe(monday);
  expect(wednesday).not.toBe(monday);
  expect(texts(conversation)).toEqual(['wednesday', 'to wednesday']);
});

test('an urgent answer is announced, again when it comes again, and stays through a new start', async () => {
  respond = () => answers(reply('call now', { kind: 'urgent' }), reply('and?'));
  const conversation = await open();
  await conversation.say('numb legs');
  expect(conversation.urgent).toBe('call now');
  let announced: string | undefined;
  respond = () => {
    announced = conversation.urgent;
    return answers(reply('call now', { kind: 'urgent' }));
  };
  await conversation.say('stop');
  expect([announced, conversation.urgent]).toEqual(['', 'call now']);
  conversation.restart();
  expect(texts(conversation)).toEqual(['call now']);
  await conversation.say('hi');
  expect(sent[2]!.conversation).not.toBe(sent[0]!.conversation);
});

test('an urgent answer that comes after a new start is shown still', async () => {
  let answer!: (response: Response) => void;
  respond = () => new Promise((resolve) => { answer = resolve; });
  const conversation = await open();
  const said = conversation.say('numb legs');
  conversation.restart();
  answer(answers(reply('call now', { kind: 'urgent' }), reply('and?')));
  await said;
  expect(texts(conversation)).toEqual(['numb legs', 'call now']);
});

test('what another tab said is fetched, also when an answer of our own was on its way', async () => {
  const conversation = await open();
  await conversation.say('mine');
  const theirs = [{ from: 'visitor', id: 'x', text: 'theirs', time: 1 }, { from: 'bot', ...reply('to theirs') }];
  let answer!: (response: Response) => void;
  respond = ({ route }) => (route === 'history' ? json({ messages: theirs })
    : new Promise((resolve) => { answer = resolve; }));
  const said = conversation.say('mine too');
  dispatchEvent(new StorageEvent('storage', { key: 'spinebot' }));
  await vi.waitFor(() => expect(of('history')).toHaveLength(1));
  expect(texts(conversation)).toEqual(['mine', 'to mine', 'mine too']);
  answer(answers(reply('to mine too')));
  await said;
  expect(texts(conversation)).toEqual(['theirs', 'to theirs']);
});

test('a reload while an answer is awaited loses nothing: the same message can be sent again', async () => {
  respond = () => new Promise(() => {});
  const before = await open();
  void before.say('numb legs');
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  respond = ({ route }) => (route === 'history' ? json({ messages: [] }) : answers(reply('call now')));
  const after = await open();
  expect(states(after)).toEqual(['failed']);
  await after.retry(after.messages[0] as never);
  expect(of('messages')[1]).toEqual(of('messages')[0]);
  expect(texts(after)).toEqual(['numb legs', 'call now']);
});

test('what was said before a fault is shown, and the message can be sent again', async () => {
  respond = () => json({ text: 'sorry', replies: [reply('call now', { kind: 'urgent' })] }, 503);
  const conversation = await open();
  await conversation.say('numb legs');
  expect(texts(conversation)).toEqual(['numb legs', 'call now']);
  expect(conversation.messages[0]).toMatchObject({ state: 'failed', failure: 'sorry' });
  expect(conversation.urgent).toBe('call now');
});

test('a message that fails in one tab outlives what another tab says', async () => {
  const one = await open();
  await one.say('hello');
  const other = await open();
  respond = () => json({}, 500);
  await one.say('numb legs');
  respond = ({ route }) => (route === 'history' ? json({ messages: [] }) : answers(reply('hi')));
  await other.say('hello too');
  expect(states(await open())).toContain('failed');
});

test('a history that failed is asked for again when the network is back', async () => {
  await (await open()).say('hello');
  respond = () => json({}, 503);
  const again = await open();
  respond = () => json({ messages: [{ from: 'bot', ...reply('hi') }] });
  dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(texts(again)).toEqual(['hi']));
  expect(again.historyFailed).toBe(false);
});

test('without storage the conversation lasts as long as the page', async () => {
  vi.stubGlobal('localStorage', {
    getItem() { throw new Error('forbidden'); }, setItem() { throw new Error('forbidden'); } });
  const conversation = await open();
  await conversation.say('one');
  await conversation.say('two');
  expect(sent[1]!.conversation).toBe(sent[0]!.conversation);
});
