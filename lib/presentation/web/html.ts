// HTML as a value: whatever is put into a template is escaped unless it is itself such a value.
import { paragraphs } from './safe-text.ts';

const MARKUP: unique symbol = Symbol('markup');

/** Escaped HTML. Only {@link html} and {@link markup} make one: a parsed JSON object can never pass for it. */
export interface Html {
  readonly [MARKUP]: string;
}

/** What a template takes; false and undefined show as nothing. */
export type HtmlPart = Html | readonly Html[] | string | number | false | undefined;

/**
 * Template tag. Strings are cleaned of hidden characters and escaped for text and for double-quoted attributes.
 * @example html`<p title="${name}">${name}</p>`
 */
export function html(texts: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const written = texts.map((text, index) => text + (index < parts.length ? write(parts[index]) : ''));
  return markup(written.join(''));
}

/** Takes text of our own as markup. Never give it anything from outside. */
export function markup(text: string): Html {
  return { [MARKUP]: text };
}

/** The markup as text, ready to send. */
export function textOf(value: Html): string {
  return value[MARKUP];
}

/** Text escaped for HTML, cleaned of hidden characters. */
export function escapeHtml(text: string): string {
  return paragraphs(text, 20_000)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function write(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if (isHtml(part)) return textOf(part);
  return part.map(textOf).join('');
}

function isHtml(part: Html | readonly Html[]): part is Html {
  return MARKUP in part;
}
