/** The server of the measured pages: each widget's page and files, compressed as a host would. */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Server as SocketServer } from 'socket.io';

const PAGE = readFileSync(fileURLToPath(new URL('page/host.html', import.meta.url)), 'utf8');
const HOST = '127.0.0.1';
/** What the chat server behind our widget says when a new visitor opens it. */
const HISTORY = { path: '/history', content: Buffer.from('{"messages": []}') };
const TYPES = {
  '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html', '.json': 'application/json',
};

/**
 * Starts the server on a free port. Each file is read and compressed once, when it is first asked
 * for: no round pays for it, and a build in the meantime changes nothing.
 *
 * @param {import('./contenders.mjs').Contender[]} contenders
 * @returns {Promise<{origin: string, address: (id: string) => string,
 *   source: (url: string) => Buffer | undefined, close: () => Promise<void>}>} `address` is a
 *   widget's page, `source` the file behind an address, uncompressed
 */
export async function serve(contenders) {
  const kept = new Map();
  const server = createServer((request, response) => {
    const found = file(request.url);
    if (!found) return response.writeHead(404).end();
    return response.writeHead(200, {
      'Content-Type': found.type, 'Content-Encoding': 'gzip', 'Cache-Control': 'no-store',
    }).end(found.packed);
  });
  const sockets = chatSocket(server);
  await new Promise((resolve) => { server.listen(0, HOST, resolve); });
  const origin = `http://${HOST}:${server.address().port}`;

  function file(path) {
    if (!kept.has(path)) {
      const content = path.endsWith(HISTORY.path) ? HISTORY.content : read(path);
      const type = TYPES[extname(path)] ?? (path.endsWith('/') ? TYPES['.html'] : TYPES['.json']);
      kept.set(path, content && {
        content, packed: gzipSync(content, { level: 9 }), type: `${type}; charset=utf-8` });
    }
    return kept.get(path);
  }

  function read(path) {
    const [, id, ...rest] = path.split('/');
    const contender = contenders.find((each) => each.id === id);
    if (!contender) return undefined;
    if (rest.join('/') === '') return Buffer.from(filled(contender.tags, origin));
    return contender.folder && rest[0] === 'files' ? readIn(contender.folder, rest.slice(1)) : undefined;
  }

  return {
    origin,
    source: (url) => file(new URL(url).pathname)?.content,
    address: (id) => `${origin}/${id}/`,
    close: () => sockets.close(),
  };
}

function filled(tags, origin) {
  return ['head', 'body', 'end'].reduce((text, place) => text.replace(
    `{{${place}}}`, () => tags[place] ?? ''), PAGE).replaceAll('{{origin}}', origin);
}

function readIn(folder, names) {
  const path = join(folder, ...names);
  if (!path.startsWith(folder + sep)) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return undefined;
    throw error;
  }
}

/** Confirms sessions as Rasa's socket.io channel does: some widgets show nothing before that. */
function chatSocket(server) {
  const sockets = new SocketServer(server);
  sockets.on('connection', (socket) => {
    socket.on('session_request', (data) => {
      socket.emit('session_confirm', data?.session_id ?? socket.id);
    });
  });
  return sockets;
}
