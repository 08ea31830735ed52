// The HTML part: tables and inline styles for old mail programs, dark colours where the program asks for them, nothing
// fetched from anywhere, no scripts; without styles it still reads from top to bottom.
import type { RiskTier } from '../../domain/identity/risk-tier.ts';
import type { Row } from '../web/evidence.ts';
import { escapeHtml, type Html, html, markup, textOf } from '../web/html.ts';
import { DARK, LIGHT } from '../web/palette.ts';
import { oneLine, paragraphs, unlinked } from '../web/safe-text.ts';
import { tierWords } from '../wording.ts';
import type { MailBlock, MailDocument } from './mail-document.ts';

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const TEXT = `${FONT};font-size:16px;line-height:1.5;color:${LIGHT.ink}`;
const BREAK = 'overflow-wrap:anywhere;word-break:break-word';

const SMALL = `${FONT};font-size:14px;line-height:1.45;color:${LIGHT.muted};${BREAK}`;
const PARAGRAPH = `margin:0 0 16px;${TEXT};${BREAK}`;

/** Renders the document as text/html. */
export function renderHtml(document: MailDocument): string {
  const page = html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${safe(document.subject)}</title>
<style>${markup(SCHEMES)}</style>
</head>
<body class="ground" style="margin:0;padding:0;background-color:${LIGHT.ground}">
<div style="display:none;max-height:0;overflow:hidden">${safe(document.preview)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="ground" style="background-color:${LIGHT.ground}">
<tr><td align="center" style="padding:16px 8px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="card" style="max-width:640px;background-color:${LIGHT.card};border:1px solid ${LIGHT.line};border-radius:8px">
<tr><td align="left" style="padding:24px 20px">
${document.blocks.map(blockHtml)}
</td></tr>
<tr><td align="left" class="rule" style="padding:16px 20px;border-top:1px solid ${LIGHT.line}">
${document.footer.map((text) => html`<p class="muted" style="margin:0 0 8px;${SMALL}">${safe(text)}</p>`)}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
  return textOf(page);
}

function blockHtml(block: MailBlock): Html {
  switch (block.kind) {
    case 'heading':
      return html`<h2 class="ink" style="margin:8px 0 12px;${FONT};font-size:20px;line-height:1.3;color:${LIGHT.ink};${BREAK}">${safe(block.text)}</h2>
`;
    case 'paragraph':
      return paragraphHtml(block.text);
    case 'rows':
      return html`${rowsHtml(block.rows)}
`;
    case 'card':
      return cardHtml(block);
    case 'bullets':
      return html`<ul class="ink" style="margin:0 0 16px;padding:0 0 0 20px;${TEXT};${BREAK}">${block.items.map(
        (item) => html`<li style="margin:0 0 6px">${safe(item)}</li>`,
      )}</ul>
`;
    case 'link':
      return html`<p style="margin:0 0 20px"><a class="button" href="${block.url}" style="display:inline-block;padding:12px 20px;border-radius:6px;background-color:${LIGHT.button};color:${LIGHT.buttonInk};${FONT};font-size:16px;font-weight:600;text-decoration:none">${block.label}</a></p>
`;
    case 'code':
      return html`<p class="ink" style="margin:0 0 16px;font-family:Consolas,Menlo,monospace;font-size:32px;letter-spacing:6px;font-weight:700;color:${LIGHT.ink}">${block.code}</p>
`;
    default:
      return block satisfies never;
  }
}

function paragraphHtml(text: string): Html {
  const lines = paragraphs(text).split('\n');
  const broken = lines.map((line, index) => (index === 0 ? html`${safe(line)}` : html`<br>${safe(line)}`));
  return html`<p class="ink" style="${PARAGRAPH}">${broken}</p>
`;
}

function cardHtml(card: Extract<MailBlock, { kind: 'card' }>): Html {
  return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="rule" style="margin:0 0 16px;border:1px solid ${LIGHT.line};border-radius:6px">
<tr><td style="padding:14px 16px">
<h3 class="ink" style="margin:0 0 4px;${FONT};font-size:17px;line-height:1.35;color:${LIGHT.ink};${BREAK}"><bdi>${safe(card.title)}</bdi></h3>
<p class="muted" style="margin:0 0 10px;${SMALL}">${tierHtml(card.tier)} <bdi>${safe(card.subtitle)}</bdi></p>
${card.lead !== undefined && html`<p class="ink" style="margin:0 0 10px;${TEXT};${BREAK}"><strong>${safe(card.lead)}</strong></p>`}
${rowsHtml(card.rows)}
</td></tr>
</table>
`;
}

function tierHtml(tier: RiskTier): Html {
  const [ground, ink] = LIGHT.tier[tier];
  return html`<span class="tier-${tier}" style="display:inline-block;padding:1px 8px;border-radius:10px;background-color:${ground};color:${ink};font-weight:600">${tierWords(tier)}</span>`;
}

/** Label over value: reads well on a phone and without styles. */
function rowsHtml(rows: readonly Row[]): Html {
  return html`${rows.map(
    ({ label, value }) =>
      html`<p class="ink" style="margin:0 0 8px;${FONT};font-size:15px;line-height:1.45;color:${LIGHT.ink};${BREAK}"><span class="muted" style="color:${LIGHT.muted}">${safe(label)}:</span> <bdi>${safe(value)}</bdi></p>
`,
  )}`;
}

/** Escaped first, then kept from becoming a link: the joiner that does it must not count as a hidden character. */
function safe(text: string): Html {
  return markup(unlinked(escapeHtml(oneLine(text))));
}

const tiers = (['critical', 'high', 'medium', 'low'] as const).map(
  (tier) =>
    `.tier-${tier}{background-color:${DARK.tier[tier][0]} !important;color:${DARK.tier[tier][1]} !important}`,
);

const SCHEMES = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.ground{background-color:${DARK.ground} !important}
.card{background-color:${DARK.card} !important;border-color:${DARK.line} !important}
.rule{border-color:${DARK.line} !important}
.ink{color:${DARK.ink} !important}
.muted{color:${DARK.muted} !important}
.button{background-color:${DARK.button} !important;color:${DARK.buttonInk} !important}
${tiers.join('\n')}
}`;
