// What became of a notice, written down once: its state, its attestation, and the dockets it speaks of.
import { toldSomebody } from '../domain/chase/earliest-switch-off.ts';
import type { Notice } from '../domain/chase/notice.ts';
import type { Docket, Telling } from '../domain/review/docket.ts';
import { type Instant, plusMs } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { update, type Write } from './ports/review-store.ts';

/** Dockets that one notice can speak of: each is written in the transaction that confirms it. */
export const MAX_DOCKETS = 20;

/**
 * Records a notice's new state with its attestation and on the dockets it speaks of, in one transaction. Gives way to
 * whoever wrote first. @returns the notice as it stands then
 */
export async function settleNotice(
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
    const [current, dockets] = await Promise.all([
      store.get('notice', { personId: notice.personId, noticeId: notice.noticeId }),
      docketsOf(environment, notice),
    ]);
    if (current && current.version >= notice.version) return current;
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
    ...(rung?.as === undefined ? {} : { as: rung.as }),
  };
  const tellings = [...docket.tellings.filter(({ noticeId }) => noticeId !== notice.noticeId), telling];
  const firstToldAt = docket.firstToldAt ?? (toldSomebody(telling) ? at : undefined);
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
