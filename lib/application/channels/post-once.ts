// A post is claimed, made, and confirmed: once, but for one that broke off half-way, which is rather made twice than never.
import * as z from 'zod';
import { UpstreamError } from '../../domain/errors.ts';
import { DAY_MS, Instant, plusMs } from '../../domain/time.ts';
import { untilNoConflict } from '../conflict.ts';
import type { Environment } from '../environment.ts';
import type { HandledRecord } from '../ports/records.ts';
import { create, update } from '../ports/review-store.ts';
import { LEASE_MS } from '../send-notice.ts';

const KEPT_MS = 400 * DAY_MS;

/** How far a post is. */
const PostState = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('claimed'), leaseUntil: Instant, attempts: z.int() }),
  z.strictObject({ state: z.literal('posted'), providerId: z.string(), attempts: z.int() }),
  z.strictObject({ state: z.literal('left-out'), why: z.string(), attempts: z.int() }),
]);
type PostState = z.infer<typeof PostState>;

/**
 * Makes a post unless it was made. `make` resolves to undefined when there is nothing to say any more.
 * @throws UpstreamError NOT_READY while another claim may still come to something, and whatever `make` throws
 */
export async function postOnce(
  environment: Environment,
  postId: string,
  make: () => Promise<{ readonly providerId: string } | { readonly refused: string } | undefined>,
): Promise<void> {
  const attempts = await claim(environment, postId);
  if (attempts === undefined) return;
  let made: Awaited<ReturnType<typeof make>>;
  try {
    made = await make();
  } catch (error) {
    // What was surely not posted is no reason to wait for the lease.
    if (error instanceof UpstreamError && (error.code === 'THROTTLED' || !error.retryable))
      await put(environment, postId, { state: 'claimed', leaseUntil: environment.wallClock.now(), attempts });
    throw error;
  }
  await put(environment, postId, settled(made, attempts));
}

/** Where a post stands, `channel:ts`; undefined while it is not posted. */
export async function postedAt(
  { store }: Pick<Environment, 'store'>,
  postId: string,
): Promise<string | undefined> {
  const row = await store.get('handled', { messageId: postId });
  const state = row && stateIn(row);
  return state?.state === 'posted' ? state.providerId : undefined;
}

function settled(
  made: { readonly providerId: string } | { readonly refused: string } | undefined,
  attempts: number,
): PostState {
  if (!made) return { state: 'left-out', why: 'there was nothing to say any more', attempts };
  return 'refused' in made
    ? { state: 'left-out', why: made.refused.slice(0, 300), attempts }
    : { state: 'posted', providerId: made.providerId, attempts };
}

/** @returns which try this is; undefined when nothing is left to do */
async function claim(environment: Environment, postId: string): Promise<number | undefined> {
  const { store, wallClock } = environment;
  return untilNoConflict(async () => {
    const row = await store.get('handled', { messageId: postId });
    const before = row && stateIn(row);
    if (before && before.state !== 'claimed') return undefined;
    if (before && before.leaseUntil > wallClock.now()) throw beingPosted(postId);
    const attempts = (before?.attempts ?? 0) + 1;
    const leaseUntil = plusMs(wallClock.now(), LEASE_MS);
    await store.commit([write(environment, row, postId, { state: 'claimed', leaseUntil, attempts })]);
    return attempts;
  });
}

function put(environment: Environment, postId: string, state: PostState): Promise<void> {
  return untilNoConflict(async () => {
    const row = await environment.store.get('handled', { messageId: postId });
    await environment.store.commit([write(environment, row, postId, state)]);
  });
}

function write({ clock }: Environment, row: HandledRecord | undefined, messageId: string, state: PostState) {
  const now = clock.now();
  const fields = { handledAt: now, expiresAt: plusMs(now, KEPT_MS), outcome: JSON.stringify(state) };
  return row
    ? update('handled', row, fields)
    : create('handled', { schemaVersion: 1, version: 1, messageId, ...fields });
}

function stateIn({ outcome }: HandledRecord): PostState {
  return PostState.parse(JSON.parse(outcome));
}

function beingPosted(postId: string): UpstreamError {
  return new UpstreamError({
    code: 'NOT_READY',
    provider: 'countersign',
    retryable: true,
    retryAfterMs: LEASE_MS,
    message: `${postId} is being posted by another run, or was when that ended.`,
  });
}
