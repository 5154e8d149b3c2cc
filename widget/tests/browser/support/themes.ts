/** Style sheets of the website's pages. */

/** A theme that is pleasant to look at, for pictures. */
export const NEAT = `
:root { color-scheme: light dark; }
body { max-width: 34em; margin: 2em; font: 1rem/1.6 system-ui, sans-serif; }
h1 { font-weight: 600; }
p { opacity: .7; }
`;

/** A theme's style sheet that spoils whatever it can reach. */
export const HOSTILE = `
html { font-size: 62.5% !important; }
body { font: italic 300 9px/3 cursive !important; color: hotpink !important;
  text-align: center !important; direction: rtl; word-spacing: 9px; text-shadow: 0 0 3px red; }
:root, * { --accent: red; --background: red; --bg: red; --border: red; --color: red; --danger: red;
  --fg: red; --font: cursive; --gap: 40px; --ink: red; --line: red; --muted: red; --paper: red;
  --primary: red; --radius: 0; --ring: red; --surface: red; --text: red; --urgent: red; }
* { letter-spacing: 5px !important; text-transform: uppercase !important; line-height: 3 !important;
  font-variant: small-caps !important; text-indent: 9px !important; white-space: nowrap !important;
  box-sizing: content-box !important; transition: all 3s !important; cursor: none !important;
  outline: none !important; user-select: none !important; color: hotpink !important;
  font-family: cursive !important; }
button { all: unset !important; }
div, p, a, nav, form, textarea, h2, article, dialog, header, ul, li, time {
  margin: 30px !important; padding: 30px !important; border: 5px dashed red !important;
  background: yellow !important; font: 8px cursive !important; display: inline !important;
  width: 50px !important; min-width: 0 !important; position: static !important; }
body > * { position: relative !important; z-index: 1 !important; transform: translateX(9px) !important;
  opacity: .4 !important; filter: blur(1px) !important; pointer-events: none !important;
  overflow: hidden !important; contain: paint !important; }
#cookie-bar { position: fixed !important; inset: auto 0 0 0 !important; height: 200px !important;
  width: auto !important; z-index: 2147483647 !important; display: block !important;
  pointer-events: auto !important; opacity: 1 !important; }
`;
