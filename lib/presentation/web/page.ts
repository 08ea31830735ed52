// The frame of every page: no script, nothing fetched, one style sheet inside.
import { type Html, html, markup, textOf } from './html.ts';
import { STYLE } from './style.ts';

const STYLE_TAG = markup(`<style>${STYLE}</style>`);

/** A whole page. The title must not name identities: it ends up in histories. */
export function renderPage(title: string, body: Html): string {
  return textOf(html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${title} · Countersign</title>
${STYLE_TAG}
</head>
<body>
<header>Countersign</header>
<main>
${body}
</main>
<footer>Countersign asks the people who answer for service accounts, keys and other non-human identities what is still needed. Looking at this page changes nothing.</footer>
</body>
</html>
`);
}
