// Slack's text markup as safe HTML. https://docs.slack.dev/messaging/formatting-message-text
import { emojiOf } from './emoji.ts';
import { html, type Markup } from './markup.ts';

/** Names for the ids in mentions. */
export interface Names {
  person(id: string): string | undefined;
  channel(id: string): string | undefined;
}

const fence = /```\n?([\s\S]*?)```\n?/g;
// Order matters: code before emphasis, so that markup inside code stays text.
const inline =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]+)(?<=\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]+)(?<=\S)~(?![\w~])|:([a-z0-9_+-]{1,50}):/g;

/** Text that carries markup, as HTML; the text is attacker-controlled. */
export function renderMrkdwn(text: string, names: Names): Markup {
  const pieces = split(
    text,
    fence,
    ([, code = '']) => html`<pre class="code">${decode(code)}</pre>`,
    (plain) => renderLines(plain, names),
  );
  return html`${pieces}`;
}

/** Text without markup, as HTML: only emoji names and line breaks mean something. */
export function renderPlain(text: string): Markup {
  const withEmoji = text.replaceAll(/:([a-z0-9_+-]{1,50}):/g, (_, name: string) => emojiOf(name));
  return html`${withEmoji.split('\n').map((line, position) => html`${position > 0 && html`<br>`}${line}`)}`;
}

function renderLines(text: string, names: Names): Markup {
  const lines = text.split('\n').map((line) => ({ quoted: /^(>|&gt;)\s?/.test(line), line }));
  return html`${lines.map(({ quoted, line }, position) => {
    const said = renderInline(quoted ? line.replace(/^(>|&gt;)\s?/, '') : line, names);
    const brk = position > 0 && !quoted && !lines[position - 1]?.quoted ? html`<br>` : '';
    return quoted ? html`<blockquote>${said}</blockquote>` : html`${brk}${said}`;
  })}`;
}

function renderInline(text: string, names: Names): Markup {
  const pieces = split(
    text,
    inline,
    ([whole = '', code, reference, bold, italic, struck, emoji]) => {
      if (code !== undefined) return html`<code>${decode(code)}</code>`;
      if (reference !== undefined) return renderReference(reference, names);
      if (bold !== undefined) return html`<strong>${renderInline(bold, names)}</strong>`;
      if (italic !== undefined) return html`<em>${renderInline(italic, names)}</em>`;
      if (struck !== undefined) return html`<s>${renderInline(struck, names)}</s>`;
      return html`${emoji === undefined ? whole : emojiOf(emoji)}`;
    },
    (plain) => html`${decode(plain)}`,
  );
  return html`${pieces}`;
}

/** `<@U1>`, `<#C1|name>`, `<!here>`, `<!date^…|fallback>`, `<https://…|label>`. Only web and mail addresses become links. */
function renderReference(reference: string, names: Names): Markup {
  const [target = '', ...labels] = reference.split('|');
  const label = labels.length > 0 ? labels.join('|') : undefined;
  if (target.startsWith('@'))
    return html`<span class="mention">@${names.person(target.slice(1)) ?? label ?? target.slice(1)}</span>`;
  if (target.startsWith('#'))
    return html`<span class="mention">#${names.channel(target.slice(1)) ?? label ?? target.slice(1)}</span>`;
  if (target.startsWith('!date^')) return html`<time>${decode(label ?? target)}</time>`;
  if (target.startsWith('!')) return html`<span class="mention">@${target.slice(1)}</span>`;
  const address = decode(target);
  if (!isLinkable(address)) return html`${decode(`<${reference}>`)}`;
  return html`<a href="${address}" target="_blank" rel="noopener noreferrer">${decode(label ?? target)}</a>`;
}

/** Whether an address may become a link: never `javascript:` and the like, and nothing that only trimming makes one. */
export function isLinkable(address: string): boolean {
  return (
    !/\s/.test(address) &&
    URL.canParse(address) &&
    ['http:', 'https:', 'mailto:'].includes(new URL(address).protocol)
  );
}

/** The three entities an app must escape in its text. */
function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function split(
  text: string,
  pattern: RegExp,
  onMatch: (match: RegExpExecArray) => Markup,
  onPlain: (plain: string) => Markup,
): Markup[] {
  const pieces: Markup[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) pieces.push(onPlain(text.slice(from, match.index)));
    pieces.push(onMatch(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push(onPlain(text.slice(from)));
  return pieces;
}
