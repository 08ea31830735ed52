// One item as a reader meets it: who it is, the question, what decides it, and all the evidence behind a click.
import type { ItemView } from '../../application/ports/messenger.ts';
import { atLeast, type RiskTier } from '../../domain/identity/risk-tier.ts';
import { questionWords, type Reader, tierWords } from '../wording.ts';
import { decidingRows, evidenceParts, placeWords, type Row } from './evidence.ts';
import { type Html, html } from './html.ts';
import { oneLine } from './safe-text.ts';

/** Said where an item cannot be answered on the page. */
export const TOO_RISKY_FOR_MAIL =
  'High and critical risk is never answered by mail alone: please answer in the Countersign app in Slack, or with the command "countersign decide".';

/** Whether the item may be answered on the page at all (process.md §3). The use case checks it again. */
export function answerableByMail(tier: RiskTier): boolean {
  return !atLeast(tier, 'high');
}

/** The name, isolated so that right-to-left letters cannot reorder what surrounds it. */
export function nameHtml(name: string): Html {
  return html`<bdi>${oneLine(name, 200) || '(no name)'}</bdi>`;
}

/** Tier and place, question, facts, recommendation, and the whole evidence folded away. */
export function itemBody(view: ItemView, reader: Reader): Html {
  const { item, snapshot } = view;
  return html`<p class="muted"><span class="tier tier-${item.tier}">${tierWords(item.tier)}</span> <bdi>${oneLine(placeWords(view), 200)}</bdi></p>
<p class="question">${questionWords(snapshot)}</p>
${rowsHtml(decidingRows(view, reader))}
<details><summary>All the evidence</summary>
${evidenceParts(view, reader).map((part) => html`<h4>${part.title}</h4>${rowsHtml(part.rows)}`)}
</details>
`;
}

/** Labelled lines. */
export function rowsHtml(rows: readonly Row[]): Html {
  return html`<dl>${rows.map(
    ({ label, value }) => html`<dt>${oneLine(label, 120)}</dt><dd><bdi>${oneLine(value, 1500)}</bdi></dd>`,
  )}</dl>`;
}
