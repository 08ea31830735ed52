// What Slack's own form refuses before it sends anything.

import type { StateEntry, StateValues } from './answers.ts';
import { type Block, type BlockElement, elementsOf } from './block.ts';

/** By block id, why the form cannot be sent yet; empty when it can. */
export function findIncomplete(
  blocks: readonly Block[],
  values: StateValues,
): Readonly<Record<string, string>> {
  const found = blocks
    .filter((block) => block.type === 'input')
    .flatMap((block) => {
      const complaint = complaintAbout(block, values);
      return complaint === undefined ? [] : [[block.block_id ?? '', complaint] as const];
    });
  return Object.fromEntries(found);
}

function complaintAbout(block: Block, values: StateValues): string | undefined {
  const [element] = elementsOf(block);
  const entry = values[block.block_id ?? '']?.[element?.action_id ?? ''];
  if (!element || !entry) return 'This field cannot be filled in here.';
  const answer = answerOf(entry);
  if (isEmpty(answer)) return block.optional === true ? undefined : 'Please complete this required field.';
  if (typeof answer === 'string')
    return element.type === 'plain_text_input' ? checkLength(element, answer) : undefined;
  const most = element.max_selected_items ?? Infinity;
  return Array.isArray(answer) && answer.length > most ? `Please choose at most ${most}.` : undefined;
}

function isEmpty(answer: unknown): boolean {
  return answer === null || answer === '' || (Array.isArray(answer) && answer.length === 0);
}

function checkLength(
  { min_length = 0, max_length = 3000 }: BlockElement,
  answer: string,
): string | undefined {
  if (answer.length < min_length) return `Please enter at least ${min_length} characters.`;
  return answer.length > max_length ? `Please enter at most ${max_length} characters.` : undefined;
}

function answerOf(entry: StateEntry): unknown {
  return Object.entries(entry).find(([field]) => field !== 'type')?.[1] ?? null;
}
