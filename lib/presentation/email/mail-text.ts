// The plain-text part: at most 76 columns, except for what must not be broken (links, long names).
import type { Row } from '../web/evidence.ts';
import { isolated, oneLine, paragraphs, unlinked } from '../web/safe-text.ts';
import { tierWords } from '../wording.ts';
import type { MailBlock, MailDocument } from './mail-document.ts';

const COLUMNS = 76;
const RULE = '-'.repeat(COLUMNS);

/** Renders the document as text/plain. */
export function renderText(document: MailDocument): string {
  const body = document.blocks.map(blockText).filter((text) => text !== '');
  const footer = document.footer.map((text) => wrap(safe(text), ''));
  return `${body.join('\n\n')}\n\n${RULE}\n${footer.join('\n')}\n`;
}

function blockText(block: MailBlock): string {
  switch (block.kind) {
    case 'heading': {
      const title = safe(block.text);
      return `${wrap(title, '')}\n${'='.repeat(Math.min(Array.from(title).length, COLUMNS))}`;
    }
    case 'paragraph':
      return paragraphs(block.text)
        .split('\n')
        .map((line) => wrap(isolated(unlinked(line)), ''))
        .join('\n');
    case 'rows':
      return rowsText(block.rows, '');
    case 'card':
      return cardText(block);
    case 'bullets':
      return block.items.map((item) => wrap(`* ${safe(item)}`, '  ')).join('\n');
    case 'link':
      return `${safe(block.label)}:\n${block.url}`;
    case 'code':
      return `    ${safe(block.code)}`;
    default:
      return block satisfies never;
  }
}

function cardText(card: Extract<MailBlock, { kind: 'card' }>): string {
  const head = wrap(`## ${safe(card.title)}`, '   ');
  const place = wrap(`   ${tierWords(card.tier)} - ${safe(card.subtitle)}`, '   ');
  const lead = card.lead === undefined ? [] : [wrap(`   ${safe(card.lead)}`, '   ')];
  return [head, place, ...lead, rowsText(card.rows, '   ')].join('\n');
}

function rowsText(rows: readonly Row[], indent: string): string {
  return rows
    .map(({ label, value }) => wrap(`${indent}${safe(label)}: ${safe(value)}`, `${indent}  `))
    .join('\n');
}

function safe(text: string): string {
  return isolated(unlinked(oneLine(text)));
}

/** Greedy wrapping; continuation lines start with `indent`. A word longer than the line stays whole. */
function wrap(text: string, indent: string): string {
  const lead = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = lead;
  for (const word of text.trim().split(' ')) {
    const candidate = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (Array.from(candidate).length > COLUMNS && line.trim() !== '') {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = candidate;
  }
  return [...lines, line].join('\n');
}
