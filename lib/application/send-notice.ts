// The notice ledger: claim, send, confirm. Never two for one claim, except late after a crash, and recorded as such.
import { createHash } from 'node:crypto';
import type { Channel } from '../domain/campaign/definition.ts';
import { NOTICE_LIFECYCLE, type Notice, type NoticePurpose } from '../domain/chase/notice.ts';
import { ConflictError, UpstreamError } from '../domain/errors.ts';
import { transition } from '../domain/lifecycle.ts';
import type { Person } from '../domain/review/person.ts';
import { MINUTE_MS, plusMs } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { fileBytes } from './plain-json.ts';
import type { MessageBody, SendResult } from './ports/messenger.ts';
import { type Pace, type PacedMessenger, type Readiness, unpaced, urgencyOf } from './ports/pace.ts';
import { create, update } from './ports/review-store.ts';
import { settleNotice } from './settle-notice.ts';

/** How long a sender may take before another may send again, in ms of real time: longer than any function runs that sends. */
export const LEASE_MS = 12 * MINUTE_MS;
/** How long a provider is left alone that asked to wait and did not say how long. */
const WAIT_MS = MINUTE_MS;

/** A notice to one person on one channel. */
export interface NoticeRequest {
  readonly to: Person;
  readonly channel: Channel;
  readonly purpose: NoticePurpose;
  /** What makes it one of a kind: for digests the person's local day, otherwise the thing it is about. */
  readonly occasion: string;
  /** Dockets it speaks of, with the rung each is at. */
  readonly rungs: readonly {
    readonly campaignId: string;
    readonly reviewerId: string;
    readonly rungId: string;
  }[];
  /** Subject of its attestation: digests of the snapshots it showed. */
  readonly shown: readonly string[];
  /** What a list tells of; see `Notice.about`. */
  readonly about?: readonly string[];
  /** Channel that makes another try at a claim needless, when the same notice reached the person there meanwhile. */
  readonly unless?: Channel;
  /** Builds the message; called only when it is really going to be sent. */
  readonly body: () => Promise<MessageBody>;
}

/**
 * What became of a notice. `earlier`: this very notice was sent before. `in-flight`: somebody else claimed it and did not
 * confirm it yet, perhaps because they are no more: look again later. `down`: the channel failed, whoever the person is.
 */
export type NoticeOutcome =
  | {
      readonly outcome: 'accepted' | 'delivered' | 'undeliverable' | 'earlier' | 'in-flight';
      readonly notice: Notice | undefined;
    }
  | { readonly outcome: 'down'; readonly notice: Notice; readonly failure: UpstreamError };

/**
 * Sends a notice once.
 * @throws UpstreamError THROTTLED when it cannot go yet: by the pace, before anything is claimed; or because the provider
 *   asks to wait, and then the claim is given back and everybody else is told
 */
export type SendNotice = (request: NoticeRequest) => Promise<NoticeOutcome>;

/** Name of a notice: person, channel, purpose and occasion. */
export function noticeIdOf(
  personId: string,
  channel: Channel,
  purpose: NoticePurpose,
  occasion: string,
): string {
  return createHash('sha256')
    .update(JSON.stringify([personId, channel, purpose, occasion]))
    .digest('hex')
    .slice(0, 40);
}

/** Makes the use case. */
export function sendNotice(
  environment: Environment,
  messengers: Readonly<Record<Channel, PacedMessenger>>,
  pace: Pace = unpaced,
): SendNotice {
  return async (request) => {
    const messenger = messengers[request.channel];
    const ready = (await messenger.ready?.(request.to, environment.clock.now())) ?? { lane: request.channel };
    const room = await roomFor(pace, ready, request);
    const noticeId = noticeIdOf(request.to.personId, request.channel, request.purpose, request.occasion);
    const claimed = await claim(environment, noticeId, request);
    if (claimed.outcome) {
      room.unused();
      return claimed.outcome;
    }
    if ('undeliverable' in ready) {
      return confirm(environment, claimed.notice, { outcome: 'undeliverable', reason: ready.undeliverable });
    }
    const body = await request.body();
    const now = environment.clock.now();
    let result: SendResult;
    try {
      result = await messenger.send({ noticeId, to: request.to, body, now });
    } catch (failure) {
      if (!(failure instanceof UpstreamError)) throw failure;
      if (isSurelyUnsent(failure)) await giveBack(environment, claimed.notice);
      if (failure.code !== 'THROTTLED') return { notice: claimed.notice, outcome: 'down', failure };
      await pace.told(ready.lane, failure.retryAfterMs ?? WAIT_MS);
      throw failure;
    }
    return confirm(environment, claimed.notice, result);
  };
}

/** Room for one message. What cannot be delivered needs none. @throws UpstreamError THROTTLED while there is none */
async function roomFor(
  pace: Pace,
  ready: Readiness,
  { purpose, channel }: NoticeRequest,
): Promise<{ unused(): void }> {
  if ('undeliverable' in ready) return { unused: () => undefined };
  const answer = await pace.admit(ready.lane, urgencyOf(purpose));
  if (answer.go) return answer;
  throw new UpstreamError({
    code: 'THROTTLED',
    provider: 'countersign',
    retryable: true,
    retryAfterMs: answer.waitMs,
    message: `As many messages as may go by ${channel} are on their way; the next goes in ${Math.ceil(answer.waitMs / 1000)} s.`,
  });
}

async function claim(
  environment: Environment,
  noticeId: string,
  request: NoticeRequest,
): Promise<{ notice: Notice; outcome?: never } | { notice?: never; outcome: NoticeOutcome }> {
  const { store, clock, wallClock } = environment;
  const existing = await store.get('notice', { personId: request.to.personId, noticeId });
  if (existing && existing.state !== 'claimed') return { outcome: { notice: existing, outcome: 'earlier' } };
  const elsewhere = existing && request.unless && (await reachedBy(environment, request, request.unless));
  if (elsewhere) return { outcome: { notice: elsewhere, outcome: 'earlier' } };
  if (existing && existing.leaseUntil > wallClock.now())
    return { outcome: { notice: existing, outcome: 'in-flight' } };
  const leaseUntil = plusMs(wallClock.now(), LEASE_MS);
  const write = existing
    ? update('notice', existing, {
        leaseUntil,
        attempts: existing.attempts + 1,
        maybeDuplicate: existing.maybeDuplicate || !existing.givenBack,
        givenBack: false,
      })
    : create('notice', {
        schemaVersion: 1,
        version: 1,
        noticeId,
        personId: request.to.personId,
        channel: request.channel,
        purpose: request.purpose,
        occasion: request.occasion,
        state: 'claimed',
        campaignIds: [...new Set(request.rungs.map(({ campaignId }) => campaignId))],
        rungs: [...request.rungs],
        shown: await environment.blobs.put(fileBytes(request.shown)),
        ...(request.about ? { about: await environment.blobs.put(fileBytes(request.about)) } : {}),
        claimedAt: clock.now(),
        leaseUntil,
        attempts: 1,
        maybeDuplicate: false,
        givenBack: false,
      });
  try {
    await store.commit([write]);
  } catch (error) {
    if (error instanceof ConflictError) return { outcome: { notice: existing, outcome: 'in-flight' } };
    throw error;
  }
  return { notice: write.record };
}

/** The same notice on another channel, when it reached its person. */
async function reachedBy(
  { store }: Environment,
  { to: { personId }, purpose, occasion }: NoticeRequest,
  channel: Channel,
): Promise<Notice | undefined> {
  const noticeId = noticeIdOf(personId, channel, purpose, occasion);
  const other = await store.get('notice', { personId, noticeId });
  return other?.state === 'accepted' || other?.state === 'delivered' ? other : undefined;
}

/** A provider that refused, or asked to wait, did not send. One that did not answer may have. */
function isSurelyUnsent({ code, retryable }: UpstreamError): boolean {
  return code === 'THROTTLED' || !retryable;
}

/** What was surely not sent is no duplicate at the next try. */
async function giveBack(environment: Environment, notice: Notice): Promise<void> {
  await environment.store.commit([
    update('notice', notice, { leaseUntil: environment.wallClock.now(), givenBack: true }),
  ]);
}

async function confirm(environment: Environment, notice: Notice, result: SendResult): Promise<NoticeOutcome> {
  const at = environment.clock.now();
  const sent = result.outcome === 'accepted';
  const event = sent ? (result.delivered ? 'deliver' : 'accept') : 'fail';
  const state = transition(NOTICE_LIFECYCLE, 'notice', notice.state, event);
  const change = sent
    ? {
        state,
        providerId: result.providerId,
        acceptedAt: at,
        ...(result.delivered ? { deliveredAt: at } : {}),
      }
    : { state, failure: result.reason };
  const kept = await settleNotice(environment, update('notice', notice, change));
  return { notice: kept, outcome: kept.state === 'claimed' ? 'in-flight' : kept.state };
}
