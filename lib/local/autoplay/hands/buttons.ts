// The buttons a person sees in Slack, read from the real blocks.
import {
  ACTION,
  ApprovalValue,
  GroupValue,
  ItemValue,
  UndoValue,
} from '../../../presentation/slack/references.ts';
import type { ClickTarget } from '../../slack/interactions/click.ts';

/** Where a button stands. */
export type Place = Pick<ClickTarget, 'channel' | 'ts' | 'home' | 'viewId'>;

/** A button that can be pressed. */
export interface SeenButton<Value> {
  readonly target: ClickTarget;
  readonly actionId: string;
  readonly value: Value;
}

/** The buttons of a message or the home tab, by what they are about. */
export interface SeenButtons {
  readonly items: readonly SeenButton<ItemValue>[];
  readonly groups: readonly SeenButton<GroupValue>[];
  readonly approvals: readonly SeenButton<ApprovalValue>[];
  readonly undos: readonly SeenButton<UndoValue>[];
}

interface Schema<Value> {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: Value };
}

const ITEM_ACTIONS: readonly string[] = [ACTION.keep, ACTION.keepWithReason, ACTION.switchOff, ACTION.more];

/** Reads the buttons of a message or view. */
export function buttonsIn(blocks: readonly unknown[], place: Place): SeenButtons {
  const all = blocks.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
  const seen = <Value>(actions: readonly string[], schema: Schema<Value>): SeenButton<Value>[] =>
    all.flatMap(({ block, element }) => {
      const actionId = textAt(element, 'action_id');
      if (!actions.includes(actionId)) return [];
      const value = schema.safeParse(jsonIn(textAt(element, 'value')));
      if (!value.success || value.data === undefined) return [];
      const target = { ...place, actionId, blockId: textAt(block, 'block_id') };
      return [{ target, actionId, value: value.data }];
    });
  return {
    items: seen(ITEM_ACTIONS, ItemValue),
    groups: seen([ACTION.keepGroup], GroupValue),
    approvals: seen([ACTION.agree, ACTION.disagree], ApprovalValue),
    undos: seen([ACTION.undo], UndoValue),
  };
}

/** The fields a modal asks for: block ids of its inputs, and whether each may stay empty. */
export function fieldsIn(
  blocks: readonly unknown[],
): { readonly name: string; readonly optional: boolean }[] {
  return blocks
    .filter((block) => textAt(block, 'type') === 'input')
    .map((block) => ({
      name: textAt(block, 'block_id'),
      optional: (block as { readonly optional?: unknown }).optional === true,
    }));
}

function elementsOf(block: unknown): readonly unknown[] {
  if (typeof block !== 'object' || block === null) return [];
  const { elements, accessory } = block as { readonly elements?: unknown; readonly accessory?: unknown };
  return [
    ...(Array.isArray(elements) ? (elements as readonly unknown[]) : []),
    ...(accessory ? [accessory] : []),
  ];
}

function textAt(value: unknown, key: string): string {
  const found =
    typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)[key]
      : undefined;
  return typeof found === 'string' ? found : '';
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
