/** The chat widgets that are measured, each embedded as its README says. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MODULES = join(HERE, 'node_modules');
const OURS = join(HERE, '..', 'dist');
const RASAHQ = process.env.RASAHQ_WIDGET && resolve(process.env.RASAHQ_WIDGET);

/**
 * @typedef {object} Contender
 * @property {string} id - its folder on the page server
 * @property {string} name
 * @property {string} version
 * @property {string} licence
 * @property {string} [folder] - where its files are; the page server gives them out as `files/`
 * @property {{launcher?: string[], field: string[]}} [chat] - the launcher and the field to type
 * in, as paths of selectors, each one in the shadow root of the one before
 * @property {{head?: string, body?: string, end?: string}} tags - what it adds to the page;
 * `{{origin}}` stands for the address of the page server
 */

/** @type {Contender} */
const page = { id: 'page', name: 'the page alone', version: '', licence: '', tags: {} };

/** @returns {Contender} */
function spinebot() {
  if (!existsSync(join(OURS, 'spinebot.js'))) {
    throw new Error('widget/dist/spinebot.js is missing: run `make widget` first.');
  }
  const { version } = packageFile(join(HERE, '..'));
  return {
    id: 'spinebot', name: 'Spinebot', version, licence: 'this project', folder: OURS,
    chat: { launcher: ['spinebot-chat', '.launcher'], field: ['spinebot-chat', 'textarea'] },
    tags: { end: '<script defer src="files/spinebot.js"></script>' },
  };
}

/** @returns {Contender} */
function deepChat() {
  const folder = join(MODULES, 'deep-chat');
  const { version, license } = packageFile(folder);
  return {
    id: 'deep-chat', name: 'deep-chat', version, licence: license, folder: join(folder, 'dist'),
    chat: { field: ['deep-chat', '#text-input'] },
    tags: {
      head: '<script type="module" src="files/deepChat.bundle.js"></script>',
      body: `<deep-chat connect='{"url": "{{origin}}/chat"}'></deep-chat>`,
    },
  };
}

/** @returns {Contender} */
function rasaWebchat() {
  const folder = join(MODULES, 'rasa-webchat');
  const { version, license } = packageFile(folder);
  return {
    id: 'rasa-webchat', name: 'rasa-webchat', version, licence: license, folder: join(folder, 'lib'),
    chat: { launcher: ['.rw-launcher'], field: ['.rw-new-message'] },
    tags: {
      end: `<script>
        const script = document.createElement('script');
        script.src = 'files/index.js';
        script.async = true;
        script.onload = () => window.WebChat.default(
          { customData: { language: 'en' }, socketUrl: '{{origin}}' }, null);
        document.head.insertBefore(script, document.head.firstChild);
      </script>`,
    },
  };
}

/** @returns {Contender} the built widget that `RASAHQ_WIDGET` points to */
function rasaHq() {
  const script = 'rasa-chatwidget.esm.js';
  if (!existsSync(join(RASAHQ, script))) throw new Error(`RASAHQ_WIDGET holds no ${script}.`);
  const source = join(RASAHQ, '..', '..'); // where a build of its repository puts dist/rasa-chatwidget
  const known = existsSync(join(source, 'package.json'));
  const version = known ? packageFile(source).version : 'of the given folder';
  return {
    id: 'rasahq', name: 'RasaHQ/chat-widget', version, licence: 'Apache-2.0',
    folder: RASAHQ,
    chat: {
      launcher: ['rasa-chatbot-widget', '.rasa-chatbot-widget__launcher'],
      field: ['rasa-chatbot-widget', 'rasa-chat-input', 'input'],
    },
    tags: {
      head: `<script type="module" src="files/${script}"></script>
        <link rel="stylesheet" href="files/rasa-chatwidget.css">`,
      end: '<rasa-chatbot-widget server-url="{{origin}}"></rasa-chatbot-widget>',
    },
  };
}

/**
 * Those that can be measured here, ours first, and why others cannot.
 *
 * @returns {{contenders: Contender[], leftOut: {name: string, reason: string}[]}}
 * @throws {Error} our own widget is not built, or a peer is not installed
 */
export function contenders() {
  const leftOut = [{
    name: '@rasahq/rasa-webchat 0.0.11 (Rasa\'s older official widget)',
    reason: 'its browser file is published unbundled and imports @rasahq/rasa-ui and the paid icons '
      + 'of Font Awesome Pro, none of them on the npm registry (404)',
  }];
  if (!RASAHQ) {
    leftOut.unshift({
      name: 'RasaHQ/chat-widget',
      reason: 'not on the npm registry (404); to measure it, set RASAHQ_WIDGET to the folder of a '
        + 'build that holds rasa-chatwidget.esm.js',
    });
  }
  return {
    contenders: [spinebot(), ...(RASAHQ ? [rasaHq()] : []), deepChat(), rasaWebchat(), page],
    leftOut,
  };
}

function packageFile(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
