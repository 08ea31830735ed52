// When something does not work: what happened, and what to do about it.
import { html } from './html.ts';
import { renderPage } from './page.ts';

/** A page that says what went wrong. `back` leads to the review page, where there is one. */
export function renderProblemPage(title: string, text: string, back?: string): string {
  return renderPage(
    title,
    html`<h1>${title}</h1>
<p>${text}</p>
${back !== undefined && html`<p><a href="${back}">Back to what is due</a></p>`}`,
  );
}
