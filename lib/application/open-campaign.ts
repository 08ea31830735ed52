// Opens a campaign in one process: begins it, considers its batches a few at a time, and finishes it.
import type { Campaign } from '../domain/campaign/campaign.ts';
import { UpstreamError } from '../domain/errors.ts';
import { type BeginOpeningInput, beginOpening } from './begin-opening.ts';
import { considerBatch } from './consider-batch.ts';
import type { Environment } from './environment.ts';
import { finishOpening } from './finish-opening.ts';
import { inFlight } from './in-batches.ts';
import type { PlanSizes } from './plan-batches.ts';

/** What to open, and whom to tell how far it is. */
export interface OpenCampaignInput extends BeginOpeningInput {
  /** Told as identities are considered. */
  readonly progress?: ((considered: number) => void) | undefined;
}

/** Opens or goes on opening; opening twice gives the one campaign. */
export type OpenCampaign = (input: OpenCampaignInput) => Promise<Campaign>;

/** Resolves after that many ms. */
export type Pause = (ms: number) => Promise<void>;

/** How opening in one process goes about it. */
export interface OpenOptions {
  /** With it, batches that another run is writing are waited for as long as there is progress. @default not waiting */
  readonly pause?: Pause | undefined;
  /** Sizes of a plan that is yet to be made. */
  readonly sizes?: PlanSizes | undefined;
}

/** Batches under way at once: while one is being written, the next is considered. */
const BATCHES_AT_ONCE = 4;
/** How often, and how many times without any progress, another run is waited for. */
const WAIT_MS = 200;
const WAITS = 25;

/**
 * Makes the use case.
 * @throws UpstreamError NOT_READY (retryable) when another run holds batches and does not finish them in time
 */
export function openCampaign(environment: Environment, options: OpenOptions = {}): OpenCampaign {
  const { pause, sizes } = options;
  const begin = beginOpening(environment, sizes);
  const consider = considerBatch(environment);
  const finish = finishOpening(environment);

  /** Considers batches; returns the refusal of one that somebody else is writing. */
  const considerAll = async (
    { campaignId }: Campaign,
    batches: readonly number[],
    tell: (considered: number) => void,
  ): Promise<UpstreamError | undefined> => {
    let refusal: UpstreamError | undefined;
    const running = inFlight(BATCHES_AT_ONCE);
    const one = async (batch: number) => {
      try {
        tell((await consider({ campaignId, batch })).considered);
      } catch (error) {
        if (!(error instanceof UpstreamError) || error.code !== 'NOT_READY') throw error;
        refusal = error;
      }
    };
    try {
      for (const batch of batches) await running.add(() => one(batch));
    } finally {
      await running.done();
    }
    return refusal;
  };

  return async (input) => {
    let told = 0;
    let left = Number.POSITIVE_INFINITY;
    let waits = 0;
    for (;;) {
      const { campaign, batches } = await begin(input);
      if (campaign.state !== 'opening') return campaign;
      waits = batches.length < left ? 0 : waits + 1;
      left = batches.length;
      const refusal = await considerAll(campaign, batches, (considered) => {
        told += considered;
        input.progress?.(told);
      });
      if (!refusal) return finish(campaign.campaignId);
      if (!pause || waits >= WAITS) throw refusal;
      await pause(WAIT_MS);
    }
  };
}
