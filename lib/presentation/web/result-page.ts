// What was recorded, answer by answer, and what was not and why.
import { type Html, html } from './html.ts';
import { nameHtml } from './item-parts.ts';
import { renderPage } from './page.ts';

/** What came of one answer. */
export interface AnswerResult {
  readonly title: string;
  readonly recorded: boolean;
  readonly text: string;
}

/** The page after a form was sent. */
export function renderResultPage(results: readonly AnswerResult[], path: string): string {
  const recorded = results.filter((result) => result.recorded);
  const refused = results.filter((result) => !result.recorded);
  return renderPage(
    recorded.length > 0 ? 'Recorded' : 'Not recorded',
    html`<h1>${recorded.length > 0 ? `${recorded.length} of ${results.length} recorded` : 'Nothing was recorded'}</h1>
${recorded.length > 0 && html`<section>${recorded.map(resultHtml)}</section>`}
${refused.length > 0 && html`<section><h2>Not recorded</h2>${refused.map(resultHtml)}</section>`}
<p>The code is used up. <a href="${path}">Back to what is due</a>: there you can ask for a new code and go on, or undo what was switched off.</p>`,
  );
}

function resultHtml({ title, recorded, text }: AnswerResult): Html {
  return html`<article><h3>${nameHtml(title)}</h3>
<p class="${recorded ? 'good' : 'error'}">${recorded ? 'Recorded' : 'Not recorded'}</p>
<p><bdi>${text}</bdi></p></article>`;
}
