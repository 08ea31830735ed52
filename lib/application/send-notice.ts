// The notice ledger: claim, send, confirm. Never two for one claim, except late after a crash, and recorded as such.
import { createHash } from 'node:crypto';
import type { Channel } from '../domain/campaign/definition.ts';
import { NOTICE_LIFECYCLE, type Notice, type NoticePurpose } from '../domain/chase/notice.ts';
import { ConflictError, UpstreamError } from '../domain/errors.ts';
import { transition } from '../domain/lifecycle.ts';
import type { Docket, Telling } from '../domain/review/docket.ts';
import type { Person } from '../domain/review/person.ts';
import { type Instant, MINUTE_MS, plusMs } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { fileBytes } from './plain-json.ts';
import type { MessageBody, Messenger, SendResult } from './ports/messenger.ts';
import { create, update, type Write } from './ports/review-store.ts';

/** How long a sender may take before another may send again, in ms of real time. */
const LEASE_MS = 2 * MINUTE_MS;
/** Dockets that one notice can speak of: each is written in the transaction that confirms it. */
export const MAX_DOCKETS = 20;

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
  /** Builds the message; called only when it is really going to be sent. */
  readonly body: () => Promise<MessageBody>;
}

/**
 * What became of a notice. `earlier`: this very notice was sent before. `in-flight`: somebody else claimed it and did not
 * confirm it yet, perhaps because they are no more: look again later.
 */
export interface NoticeOutcome {
  readonly notice: Notice | undefined;
  readonly outcome: 'accepted' | 'delivered' | 'undeliverable' | 'earlier' | 'in-flight';
}

/** Sends a notice once. @throws UpstreamError when the provider failed for now; the claim is given back where it is safe. */
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
  messengers: Readonly<Record<Channel, Messenger>>,
): SendNotice {
  return async (request) => {
    const noticeId = noticeIdOf(request.to.personId, request.channel, request.purpose, request.occasion);
    const claimed = await claim(environment, noticeId, request);
    if (claimed.outcome) return claimed.outcome;
    const body = await request.body();
    const now = environment.clock.now();
    let result: SendResult;
    try {
      result = await messengers[request.channel].send({ noticeId, to: request.to, body, now });
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'THROTTLED')
        await giveBack(environment, claimed.notice);
      throw error;
    }
    return confirm(environment, claimed.notice, result);
  };
}

async function claim(
  environment: Environment,
  noticeId: string,
  request: NoticeRequest,
): Promise<{ notice: Notice; outcome?: never } | { notice?: never; outcome: NoticeOutcome }> {
  const { store, clock, wallClock } = environment;
  const existing = await store.get('notice', { personId: request.to.personId, noticeId });
  if (existing && existing.state !== 'claimed') return { outcome: { notice: existing, outcome: 'earlier' } };
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

/** A throttled message was surely not sent: the next try is no duplicate. */
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
  const kept = await settle(environment, update('notice', notice, change));
  return { notice: kept, outcome: kept.state === 'claimed' ? 'in-flight' : kept.state };
}

/**
 * Records a notice's new state with its attestation and on the dockets it speaks of, in one transaction. Gives way to
 * whoever wrote first. @returns the notice as it stands then
 */
export async function settle(
  environment: Environment,
  confirmed: { readonly kind: 'notice'; readonly record: Notice; readonly previous: Notice },
): Promise<Notice> {
  const { store, attestor, clock } = environment;
  const notice = confirmed.record;
  const at = clock.now();
  const outcome = notice.state === 'claimed' ? 'accepted' : notice.state;
  const signed = await attestor.attest(
    {
      name: 'notice',
      subject: { name: `notice/${notice.noticeId}`, sha256: notice.shown },
      step: outcome,
      ordinal: 0,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        noticeId: notice.noticeId,
        person: attestor.pseudonym(notice.personId),
        channel: notice.channel,
        purpose: notice.purpose,
        campaigns: notice.campaignIds,
        rungs: [...new Set(notice.rungs.map(({ rungId }) => rungId))],
        outcome,
        maybeDuplicate: notice.maybeDuplicate,
        ...(notice.failure === undefined ? {} : { failure: notice.failure }),
      },
    },
    at,
  );
  return untilNoConflict(async () => {
    const current = await store.get('notice', { personId: notice.personId, noticeId: notice.noticeId });
    if (current && current.version >= notice.version) return current;
    const dockets = await docketsOf(environment, notice);
    const writes: Write[] = dockets.map((docket) => tell(docket, notice, outcome, at));
    await store.commit([confirmed, ...writes, ...signed.writes]);
    return notice;
  });
}

async function docketsOf(environment: Environment, notice: Notice): Promise<Docket[]> {
  const keys = new Map(
    notice.rungs.map(({ campaignId, reviewerId }) => [
      `${campaignId}/${reviewerId}`,
      { campaignId: campaignId as Docket['campaignId'], reviewerId },
    ]),
  );
  const dockets = await environment.store.getMany('docket', [...keys.values()]);
  return dockets.filter((docket) => docket !== undefined).slice(0, MAX_DOCKETS);
}

function tell(docket: Docket, notice: Notice, outcome: Telling['outcome'], at: Instant): Write {
  const rung = notice.rungs.find(
    (entry) => entry.campaignId === docket.campaignId && entry.reviewerId === docket.reviewerId,
  );
  const telling: Telling = {
    noticeId: notice.noticeId,
    rungId: rung?.rungId ?? notice.purpose,
    channel: notice.channel,
    personId: notice.personId,
    at,
    outcome,
  };
  const tellings = [...docket.tellings.filter(({ noticeId }) => noticeId !== notice.noticeId), telling];
  const firstToldAt = docket.firstToldAt ?? (outcome === 'delivered' ? at : undefined);
  return update('docket', docket, {
    tellings,
    ...(firstToldAt === undefined ? {} : { firstToldAt }),
    ...(cameToNothing(docket, telling) ? askAgain(docket, telling) : {}),
  });
}

/** A mail that bounced after all, where the same rung reached nobody else. */
function cameToNothing(docket: Docket, telling: Telling): boolean {
  if (docket.state !== 'chasing' || telling.outcome !== 'undeliverable') return false;
  const others = docket.tellings.filter(({ noticeId }) => noticeId !== telling.noticeId);
  return (
    others.length < docket.tellings.length &&
    !others.some(({ rungId, outcome }) => rungId === telling.rungId && outcome !== 'undeliverable')
  );
}

/** The rung is served again at once, to whoever else it can reach; a millisecond on, so that a chase at work notices. */
function askAgain(docket: Docket, { rungId, at }: Telling): Partial<Docket> {
  const relied = docket.servedRungs.includes(rungId) ? rungId : docket.servedRungs.at(-1);
  return { servedRungs: docket.servedRungs.filter((id) => id !== relied), nextDueAt: plusMs(at, 1) };
}
