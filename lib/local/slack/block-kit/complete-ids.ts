// Slack names every block and every interactive element itself where the app did not.
import { createHash } from 'node:crypto';
import type { Block, BlockElement } from './block.ts';

/** The blocks with `block_id` and `action_id` filled in; `seed` makes the made-up ids differ between messages. */
export function completeIds(blocks: readonly Block[], seed: string): readonly Block[] {
  return blocks.map((block, position) => completeBlock(block, `${seed}/${position}`));
}

function completeBlock(block: Block, seed: string): Block {
  const named: Block = { ...block, block_id: block.block_id || madeUpId(seed) };
  const complete = (element: BlockElement, position: number): BlockElement =>
    element.type === 'image'
      ? element
      : { ...element, action_id: element.action_id || madeUpId(`${seed}/${position}`) };
  if (named.accessory) return { ...named, accessory: complete(named.accessory, 0) };
  if (named.element) return { ...named, element: complete(named.element, 0) };
  if (named.type === 'actions') return { ...named, elements: (named.elements ?? []).map(complete) };
  return named;
}

function madeUpId(seed: string): string {
  return createHash('sha256').update(seed).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 5);
}
