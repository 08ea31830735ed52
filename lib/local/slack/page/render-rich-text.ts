// The part of rich text that messages written by people and apps use.
import { emojiOf } from './emoji.ts';
import { html, type Markup } from './markup.ts';
import { isLinkable, type Names } from './mrkdwn.ts';

interface RichPart {
  readonly type: string;
  readonly elements?: readonly RichPart[];
  readonly text?: string;
  readonly url?: string;
  readonly user_id?: string;
  readonly channel_id?: string;
  readonly range?: string;
  readonly name?: string;
  readonly unicode?: string;
  readonly style?: string | Readonly<Record<string, boolean>>;
}

/** The elements of a rich_text block. */
export function renderRichText(elements: readonly unknown[], names: Names): Markup {
  return html`${(elements as readonly RichPart[]).map((part) => renderPart(part, names))}`;
}

function renderPart(part: RichPart, names: Names): Markup {
  const inside = (part.elements ?? []).map((each) => renderPart(each, names));
  switch (part.type) {
    case 'rich_text_section':
      return html`<p>${inside}</p>`;
    case 'rich_text_preformatted':
      return html`<pre class="code">${inside}</pre>`;
    case 'rich_text_quote':
      return html`<blockquote>${inside}</blockquote>`;
    case 'rich_text_list': {
      const items = inside.map((item) => html`<li>${item}</li>`);
      return part.style === 'ordered' ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
    }
    default:
      return renderLeaf(part, names);
  }
}

function renderLeaf(part: RichPart, names: Names): Markup {
  switch (part.type) {
    case 'text':
      return styled(html`${part.text}`, part.style);
    case 'link':
      return renderLink(part);
    case 'emoji':
      return html`${emojiOf(part.name ?? '')}`;
    case 'user':
    case 'channel':
    case 'broadcast':
      return html`<span class="mention">${mentionOf(part, names)}</span>`;
    default:
      return html`<span class="unsupported">[${part.type}]</span>`;
  }
}

function renderLink({ url = '', text }: RichPart): Markup {
  return isLinkable(url)
    ? html`<a href="${url}" target="_blank" rel="noopener noreferrer">${text ?? url}</a>`
    : html`${text ?? url}`;
}

function mentionOf({ type, user_id = '', channel_id = '', range }: RichPart, names: Names): string {
  if (type === 'user') return `@${names.person(user_id) ?? user_id}`;
  return type === 'channel' ? `#${names.channel(channel_id) ?? channel_id}` : `@${range}`;
}

function styled(text: Markup, style: RichPart['style']): Markup {
  if (typeof style !== 'object') return text;
  const code = style['code'] ? html`<code>${text}</code>` : text;
  const bold = style['bold'] ? html`<strong>${code}</strong>` : code;
  const italic = style['italic'] ? html`<em>${bold}</em>` : bold;
  return style['strike'] ? html`<s>${italic}</s>` : italic;
}
