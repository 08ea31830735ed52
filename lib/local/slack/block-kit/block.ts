// Block Kit as stored and shown: what is left after the schema has accepted it and missing ids were filled in.

/** Text as Slack carries it: plain, or Slack's own markup. */
export interface TextObject {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

/** One choice of a menu, a radio group or a set of checkboxes. */
export interface Choice {
  readonly text: TextObject;
  readonly value?: string;
  readonly description?: TextObject;
  readonly url?: string;
}

/** "Are you sure?" before an action is sent. */
export interface ConfirmDialog {
  readonly title?: TextObject;
  readonly text: TextObject;
  readonly confirm?: TextObject;
  readonly deny?: TextObject;
  readonly style?: string;
}

/** Anything a person can press, pick or fill in; which fields are there depends on `type`. */
export interface BlockElement {
  readonly type: string;
  readonly action_id?: string;
  readonly text?: TextObject;
  readonly value?: string;
  readonly url?: string;
  readonly style?: string;
  readonly accessibility_label?: string;
  readonly placeholder?: TextObject;
  readonly confirm?: ConfirmDialog;
  readonly options?: readonly Choice[];
  readonly option_groups?: readonly { readonly label: TextObject; readonly options: readonly Choice[] }[];
  readonly multiline?: boolean;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly max_selected_items?: number;
  readonly focus_on_load?: boolean;
  readonly alt_text?: string;
  readonly [field: string]: unknown;
}

/** One block of a message or view; which fields are there depends on `type`. */
export interface Block {
  readonly type: string;
  readonly block_id?: string;
  readonly text?: TextObject;
  readonly fields?: readonly TextObject[];
  readonly accessory?: BlockElement;
  readonly elements?: readonly BlockElement[];
  readonly element?: BlockElement;
  readonly label?: TextObject;
  readonly hint?: TextObject;
  readonly optional?: boolean;
  readonly dispatch_action?: boolean;
  readonly alt_text?: string;
  readonly title?: TextObject;
  readonly [field: string]: unknown;
}

/** The interactive elements of one block, in order. */
export function elementsOf(block: Block): readonly BlockElement[] {
  if (block.type === 'section') return block.accessory ? [block.accessory] : [];
  if (block.type === 'input') return block.element ? [block.element] : [];
  return block.type === 'actions' || block.type === 'context_actions' ? (block.elements ?? []) : [];
}

/** Every choice an element offers, groups flattened. */
export function choicesOf(element: BlockElement): readonly Choice[] {
  return element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
}

/** The element with this action id, in this block when one is named; undefined when there is none. */
export function findElement(
  blocks: readonly Block[],
  actionId: string,
  blockId?: string,
): { readonly block: Block; readonly element: BlockElement } | undefined {
  for (const block of blocks) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    const element = elementsOf(block).find((candidate) => candidate.action_id === actionId);
    if (element) return { block, element };
  }
  return undefined;
}
