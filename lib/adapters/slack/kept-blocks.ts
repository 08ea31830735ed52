// What stays of a message about one thing when it is redrawn: all but the row that was pressed, which says what came of it.
import * as z from 'zod';

const MAX_BYTES = 60_000;

/** A block as Slack hands it back; only kinds we send are kept. */
export const KeptBlock = z.looseObject({
  type: z.enum(['header', 'section', 'context', 'actions', 'divider']),
  block_id: z.string().max(255).optional(),
});
export type KeptBlock = z.infer<typeof KeptBlock>;

/** The message's blocks; none when they are not ours or too many to carry. */
export function keepBlocks(blocks: readonly unknown[]): KeptBlock[] {
  const parsed = z.array(KeptBlock).max(50).safeParse(blocks);
  return parsed.success && JSON.stringify(parsed.data).length <= MAX_BYTES ? parsed.data : [];
}

/** The kept blocks with the pressed row replaced by the outcome, already safe as markup. */
export function withOutcome(
  kept: readonly KeptBlock[],
  pressed: string | undefined,
  outcome: string,
): KeptBlock[] {
  const said: KeptBlock = { type: 'section', text: { type: 'mrkdwn', text: outcome, verbatim: true } };
  const position = kept.findIndex((block) => block.block_id === pressed);
  if (pressed === undefined || position < 0) return [...kept.filter(({ type }) => type !== 'actions'), said];
  return [...kept.slice(0, position), said, ...kept.slice(position + 1)];
}

/** Whether a row is one of several in a message: those are numbered. */
export function isListRow(blockId: string | undefined): boolean {
  return blockId !== undefined && /^note\|\d{1,3}\|/.test(blockId);
}
