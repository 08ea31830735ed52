// Rules of Block Kit that no schema of single fields can say: uniqueness, either-or, and what depends on the surface.
import { type Block, type BlockElement, choicesOf, elementsOf } from './block.ts';

/** A broken rule and where, as a pointer relative to the list of blocks. */
export interface BrokenRule {
  readonly at: string;
  readonly says: string;
}

const messageOnly = new Set([
  'markdown',
  'table',
  'data_table',
  'file',
  'task_card',
  'plan',
  'context_actions',
]);
const menus = new Set(['static_select', 'multi_static_select']);
const maxFieldLength = 2000;

/** Every broken rule in the blocks; a view refuses some blocks a message may carry. */
export function checkRules(blocks: readonly Block[], isView: boolean): BrokenRule[] {
  const perBlock = blocks.flatMap((block, position) => [
    ...checkBlock(block, `/${position}`),
    ...(isView && messageOnly.has(block.type)
      ? [{ at: `/${position}/type`, says: `unsupported type: ${block.type}` }]
      : []),
  ]);
  return [...perBlock, ...checkUnique(blocks)];
}

function checkUnique(blocks: readonly Block[]): BrokenRule[] {
  return repeated(blocks.map((block) => block.block_id)).map(({ id, position }) => ({
    at: `/${position}/block_id`,
    says: `\`block_id\` must be unique: ${id}`,
  }));
}

function checkBlock(block: Block, at: string): BrokenRule[] {
  const elements = elementsOf(block);
  const broken = repeated(elements.map((element) => element.action_id)).map(({ id, position }) => ({
    at: `${at}/elements/${position}/action_id`,
    says: `\`action_id\` must be unique within a block: ${id}`,
  }));
  if (block.type === 'section' && !block.text && !block.fields)
    broken.push({ at, says: 'missing required field: text' });
  for (const [position, field] of (block.fields ?? []).entries()) {
    if (field.text.length > maxFieldLength)
      broken.push({
        at: `${at}/fields/${position}/text`,
        says: `must be less than ${maxFieldLength + 1} characters`,
      });
  }
  return [
    ...broken,
    ...elements.flatMap((element, position) => checkElement(element, elementPointer(block, at, position))),
  ];
}

function elementPointer(block: Block, at: string, position: number): string {
  if (block.type === 'section') return `${at}/accessory`;
  return block.type === 'input' ? `${at}/element` : `${at}/elements/${position}`;
}

function checkElement(element: BlockElement, at: string): BrokenRule[] {
  const broken: BrokenRule[] = [];
  if (menus.has(element.type) && !element.options && !element.option_groups)
    broken.push({ at, says: 'missing required field: options' });
  if (
    menus.has(element.type) &&
    choicesOf(element).length === 0 &&
    (element.options || element.option_groups)
  )
    broken.push({ at: `${at}/options`, says: 'no fewer than 1 items allowed' });
  if (element.url !== undefined && !isWebAddress(element.url))
    broken.push({ at: `${at}/url`, says: 'invalid url' });
  return [...broken, ...checkChoices(element, at), ...checkInitial(element, at)];
}

function checkChoices(element: BlockElement, at: string): BrokenRule[] {
  return choicesOf(element).flatMap((choice, position) =>
    choice.value === undefined
      ? [{ at: `${at}/options/${position}`, says: 'missing required field: value' }]
      : [],
  );
}

function checkInitial(element: BlockElement, at: string): BrokenRule[] {
  const broken: BrokenRule[] = [];
  const offered = new Set(choicesOf(element).map((choice) => choice.value));
  const single = element['initial_option'] as { value?: string } | undefined;
  const several = (element['initial_options'] ?? []) as readonly { value?: string }[];
  if ([...(single ? [single] : []), ...several].some((choice) => !offered.has(choice.value)))
    broken.push({
      at: `${at}/${single ? 'initial_option' : 'initial_options'}`,
      says: 'must match one of the options',
    });
  const date = element['initial_date'];
  if (typeof date === 'string' && !/^\d{4}-\d{2}-\d{2}$/.test(date))
    broken.push({ at: `${at}/initial_date`, says: 'must be a date: YYYY-MM-DD' });
  return broken;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:', 'mailto:'].includes(new URL(text).protocol);
}

function repeated(
  ids: readonly (string | undefined)[],
): { readonly id: string; readonly position: number }[] {
  const seen = new Set<string>();
  return ids.flatMap((id, position) => {
    if (!id) return [];
    if (seen.has(id)) return [{ id, position }];
    seen.add(id);
    return [];
  });
}
