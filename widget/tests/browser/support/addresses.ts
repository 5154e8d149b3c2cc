/** Where the servers of a test run are; global-setup.ts starts them and says so. */

/** Names of the environment variables that carry the addresses to the test workers. */
export const VARIABLES = {
  bot: 'SPINEBOT_TEST_BOT',
  host: 'SPINEBOT_TEST_HOST',
  dead: 'SPINEBOT_TEST_DEAD',
} as const;

const address = (variable: string): string => process.env[variable] ?? '';

/** Addresses without a slash at their end. */
export const addresses = {
  /** The assistant, with the widget's script. */
  bot: address(VARIABLES.bot),
  /** The website that carries the tag: another origin. */
  host: address(VARIABLES.host),
  /** Nobody listens here. */
  dead: address(VARIABLES.dead),
};

/** The widget's script as a website loads it. */
export const SCRIPT = `${addresses.bot}/spinebot.js`;
