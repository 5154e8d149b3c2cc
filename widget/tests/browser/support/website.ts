/** A small website of another origin that carries the tag, plain or in trying circumstances. */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { HOSTILE, NEAT } from './themes';
import { filled, words } from './words';

/** The pages of the website. */
export type PageName = 'plain' | 'neat' | 'hostile' | 'strict' | 'fallback' | 'twice';

const THEMES: Partial<Record<PageName, string>> = { neat: NEAT, hostile: HOSTILE };

/** What a test asks of a page. */
export interface Place {
  page?: PageName;
  /** Address of the tag's script. */
  script: string;
  /** The tag's `data-` options, such as `{'data-open': 'true'}`. */
  options?: Record<string, string>;
}

/** Path and query of a page. */
export function pathOf({ page = 'plain', script, options = {} }: Place): string {
  return `/${page}?${new URLSearchParams({ script, ...options })}`;
}

/** Starts the website on a port. */
export async function startWebsite(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const { script, ...options } = Object.fromEntries(searchParams);
    if (!script) response.writeHead(404).end();
    else send(response, pathname.slice(1) as PageName, script, options);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function send(response: ServerResponse, page: PageName, script: string,
  options: Record<string, string>): void {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  if (page === 'strict') response.setHeader('Content-Security-Policy', strict(new URL(script).origin));
  const tag = `<script defer src="${escaped(script)}"${Object.entries(options).map(
    ([name, value]) => ` ${name}="${escaped(value)}"`).join('')}></script>`;
  response.end(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A clinic</title>
${page in THEMES ? `<style>${THEMES[page]}</style>` : ''}
</head>
<body>
<main>
<h1>A clinic</h1>
${'<p>A paragraph of the page, one of many, so that there is something to scroll.</p>\n'.repeat(60)}
${page === 'fallback' ? `<p data-spinebot-fallback>${escaped(filled(words.fallback))}</p>` : ''}
</main>
${page === 'hostile' ? '<div id="cookie-bar">We value your privacy</div>' : ''}
${page === 'twice' ? tag : ''}
${tag}
</body>
</html>`);
}

/** Only what the README tells a site with a strict policy to allow. */
function strict(bot: string): string {
  return [
    "default-src 'none'", `script-src ${bot}`, `connect-src ${bot}`, "base-uri 'none'",
    "form-action 'none'", "require-trusted-types-for 'script'", 'trusted-types lit-html',
  ].join('; ');
}

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
