// Opens a campaign a step at a time: begin, then each batch of its population in any order, then finish.
import * as z from 'zod';
import type { Log } from '../log.ts';
import type { UseCases } from '../use-cases.ts';

/** What the state machine asks. Every step may be asked again, and at once. */
export const OpenEvent = z.discriminatedUnion('step', [
  z.object({
    step: z.literal('begin'),
    definitionId: z.string().min(1),
    /** Person id, or `schedule`. */
    launchedBy: z.string().min(1).default('schedule'),
    campaignId: z.string().optional(),
  }),
  z.object({ step: z.literal('consider'), campaignId: z.string(), batch: z.int().min(0) }),
  z.object({ step: z.literal('finish'), campaignId: z.string() }),
]);
export type OpenEvent = z.infer<typeof OpenEvent>;

/** What a step answers: with `begin` the batches that are left, with `consider` the counts of one. */
export type OpenAnswer =
  | { readonly campaignId: string; readonly state: string; readonly batches?: readonly number[] }
  | { readonly batch: number; readonly considered: number; readonly included: number };

/** Makes the function that the state machine calls. */
export function createHandler({
  useCases,
  log,
}: {
  readonly useCases: Pick<UseCases, 'beginOpening' | 'considerBatch' | 'finishOpening'>;
  readonly log: Log;
}) {
  return async (event: unknown): Promise<OpenAnswer> => {
    const asked = OpenEvent.parse(event);
    switch (asked.step) {
      case 'begin': {
        const { campaign, batches } = await useCases.beginOpening(asked);
        const { campaignId, state } = campaign;
        log.info('opening begun', { campaignId, state, batches: batches.length });
        return { campaignId, state, batches };
      }
      case 'consider': {
        const considered = await useCases.considerBatch(asked);
        log.info('batch considered', { campaignId: asked.campaignId, ...considered });
        return considered;
      }
      case 'finish': {
        const { campaignId, state, counts } = await useCases.finishOpening(asked.campaignId);
        log.info('campaign opened', { campaignId, state, ...counts });
        return { campaignId, state };
      }
      default:
        return asked satisfies never;
    }
  };
}
