// Block Kit blocks as HTML.
import type { Block, BlockElement, TextObject } from '../block-kit/block.ts';
import { html, type Markup } from './markup.ts';
import { controlId, type Drawing, renderElement, renderText } from './render-elements.ts';
import { renderRichText } from './render-rich-text.ts';

/** The blocks of a message or view, in order. */
export function renderBlocks(blocks: readonly Block[], drawing: Drawing): Markup {
  return html`${blocks.map((block) => html`<div class="block ${block.type}" data-block="${block.block_id}">${renderBlock(block, drawing)}</div>`)}`;
}

function renderBlock(block: Block, drawing: Drawing): Markup {
  switch (block.type) {
    case 'header':
      return html`<h3>${block.text && renderText(block.text, drawing.names)}</h3>`;
    case 'divider':
      return html`<hr>`;
    case 'section':
      return renderSection(block, drawing);
    case 'context':
      return html`${(block.elements ?? []).map((element) => renderContextElement(element, drawing))}`;
    case 'actions':
      return html`${(block.elements ?? []).map((element) => renderElement(element, block, drawing))}`;
    case 'input':
      return renderInputBlock(block, drawing);
    case 'rich_text':
      return renderRichText(block['elements'] as readonly unknown[], drawing.names);
    case 'image':
      return html`<figure><span class="picture" role="img" aria-label="${block.alt_text}">🖼 ${block.alt_text}</span>${block.title && html`<figcaption>${block.title.text}</figcaption>`}</figure>`;
    case 'markdown':
      return html`<pre class="markdown">${typeof block.text === 'string' ? block.text : ''}</pre>`;
    default:
      return html`<p class="unsupported">Slack would show a “${block.type}” block here; this stand-in does not draw those.</p>`;
  }
}

function renderSection(block: Block, drawing: Drawing): Markup {
  const fields = block.fields?.map(
    (field) => html`<div class="field">${renderText(field, drawing.names)}</div>`,
  );
  return html`<div class="said">${block.text && html`<div>${renderText(block.text, drawing.names)}</div>`}${fields && html`<div class="fields">${fields}</div>`}</div>${
    block.accessory && html`<div class="accessory">${renderElement(block.accessory, block, drawing)}</div>`
  }`;
}

function renderContextElement(element: BlockElement, drawing: Drawing): Markup {
  if (element.type === 'image')
    return html`<span class="picture" role="img" aria-label="${element.alt_text}">🖼</span>`;
  return html`<span>${renderText(element as unknown as TextObject, drawing.names)}</span>`;
}

function renderInputBlock(block: Block, drawing: Drawing): Markup {
  if (!block.element) return html``;
  const id = controlId(block.element, block, drawing);
  const error = drawing.errors[block.block_id ?? ''];
  return html`<label class="label" for="${id}">${block.label?.text}${block.optional === true && html` <span class="optional">(optional)</span>`}</label><div ${
    block.dispatch_action === true && html`data-dispatch`
  } data-input>${renderElement(block.element, block, drawing)}</div>${block.hint && html`<p class="hint">${renderText(block.hint, drawing.names)}</p>`}${
    error !== undefined && html`<p class="error" id="${id}-error" role="alert">${error}</p>`
  }`;
}
