// The page behind the link in a weekly summary: a button to stop them, or to have them again. Nothing happens by looking.
import { html } from './html.ts';
import { renderPage } from './page.ts';

/** What goes on, in the words of the mail that brought the person here. */
const STILL_COMES = 'Questions about identities of yours still come: they cannot be stopped here.';

/** Asks whether to stop. The link works for any browser: a mail program sends the same form by itself. */
export function renderUnsubscribePage(path: string): string {
  return renderPage(
    'Weekly summaries',
    html`<h1>Weekly summaries</h1>
<p>Get no more weekly summaries of how reviews stand? ${STILL_COMES}</p>
<form method="post" action="${path}"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button type="submit">Stop the summaries</button></form>`,
  );
}

/** Says what was done, with the way back. */
export function renderSummaryChoicePage(path: string, wanted: 'stop' | 'send'): string {
  if (wanted === 'send') {
    return renderPage(
      'Weekly summaries',
      html`<h1>Weekly summaries</h1>
<p>You will get them again, on Monday mornings.</p>`,
    );
  }
  return renderPage(
    'Weekly summaries',
    html`<h1>No more weekly summaries</h1>
<p>You will get none from now on. ${STILL_COMES}</p>
<form method="post" action="${path}"><input type="hidden" name="summaries" value="send"><button type="submit">Send them again</button></form>`,
  );
}
