// What really happened in a world: what was sent and arrived, who had something open when, what was switched off.
import type { Notice } from '../../lib/domain/chase/notice.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import type { Removal } from '../../lib/domain/removal/removal.ts';
import type { ToldAs } from '../../lib/domain/review/docket.ts';
import type { Person } from '../../lib/domain/review/person.ts';
import type { ReviewItem } from '../../lib/domain/review/review-item.ts';
import type { Instant } from '../../lib/domain/time.ts';
import type { World } from './world.ts';

/** A docket that a message named, and what was open in it at that moment. */
export interface Named {
  readonly campaignId: string;
  readonly reviewerId: string;
  readonly rungId: string;
  readonly as: ToldAs | undefined;
  readonly openThen: number;
}

/** One message as the provider took it. */
export interface Said {
  readonly at: Instant;
  readonly channel: 'slack' | 'email';
  readonly to: Person;
  readonly noticeId: string;
  readonly purpose: Notice['purpose'];
  /** A last call before switch-off. */
  readonly warning: boolean;
  readonly about: readonly Named[];
  /** When it is known to have arrived: Slack at once, a mail when its event came. */
  deliveredAt: Instant | undefined;
}

/** One switch-off, with the item as it was at that moment. */
export interface SwitchedOff {
  readonly at: Instant;
  readonly removal: Removal;
  readonly item: ReviewItem | undefined;
}

/** A time in which a reviewer had something open in a campaign; `until` is absent while it lasts. */
export interface OpenSpan {
  readonly from: Instant;
  until: Instant | undefined;
}

/** Everything that is known about a chase, seen from outside. */
export interface ChaseRecord {
  readonly said: Said[];
  readonly switchedOff: SwitchedOff[];
  /** By campaign and reviewer. */
  readonly openSpans: Map<string, OpenSpan[]>;
  /** Notes that a mail arrived. */
  arrived(noticeId: string): void;
}

/** Name of a docket in a record. */
export const docketName = ({
  campaignId,
  reviewerId,
}: {
  readonly campaignId: string;
  readonly reviewerId: string;
}): string => `${campaignId}/${reviewerId}`;

/** Begins to watch a world. Faults are put around it afterwards, so that only what really happens is seen. */
export function recordChase(w: World): ChaseRecord {
  const said: Said[] = [];
  const record: ChaseRecord = {
    said,
    switchedOff: watchTarget(w),
    openSpans: watchItems(w),
    arrived(noticeId) {
      const now = w.clock.now();
      for (const one of said) if (one.noticeId === noticeId) one.deliveredAt ??= now;
    },
  };
  for (const messenger of Object.values(w.messengers)) {
    const { send, channel } = messenger;
    messenger.send = async (message) => {
      const { to, body, noticeId } = message;
      const about = await namedBy(w, to.personId, noticeId);
      const result = await send(message);
      if (result.outcome !== 'accepted') return result;
      const warning =
        body.purpose === 'switch-off-warning' || (body.purpose === 'escalation' && body.warning);
      const deliveredAt = result.delivered ? w.clock.now() : undefined;
      said.push({
        at: w.clock.now(),
        channel,
        to,
        noticeId,
        purpose: body.purpose,
        warning,
        about,
        deliveredAt,
      });
      return result;
    };
  }
  return record;
}

async function namedBy(
  { environment: { store } }: World,
  personId: string,
  noticeId: string,
): Promise<Named[]> {
  const notice = await store.get('notice', { personId, noticeId });
  return Promise.all(
    (notice?.rungs ?? []).map(async ({ campaignId, reviewerId, rungId, as }) => {
      const openThen = await store.countOpenItems(campaignId as never, reviewerId);
      return { campaignId, reviewerId, rungId, as, openThen };
    }),
  );
}

function watchTarget({ target: { connector }, environment: { store }, clock }: World): SwitchedOff[] {
  const seen: SwitchedOff[] = [];
  const { disable } = connector;
  connector.disable = async (target, state) => {
    const receipt = await disable(target, state);
    const identityKey = identityKeyOf(target.identityId);
    const removal = (await store.removalsOf(identityKey)).find((one) => one.state === 'executing');
    if (!removal) throw new Error(`nothing was to be switched off: ${target.identityId}`);
    const item = await store.get('item', { campaignId: removal.campaignId, identityKey });
    seen.push({ at: clock.now(), removal, item });
    return receipt;
  };
  return seen;
}

function watchItems({ environment: { store }, clock }: World): Map<string, OpenSpan[]> {
  const spans = new Map<string, OpenSpan[]>();
  const open = new Map<string, Set<string>>();
  const closed = (item: ReviewItem) => {
    const left = open.get(docketName(item));
    left?.delete(item.identityKey);
    const span = spans.get(docketName(item))?.at(-1);
    if (left?.size === 0 && span) span.until = clock.now();
  };
  const opened = (item: ReviewItem) => {
    const name = docketName(item);
    const theirs = open.get(name) ?? new Set();
    const before = spans.get(name) ?? [];
    const last = before.at(-1);
    // What came back in the same moment never was away.
    if (theirs.size === 0 && last?.until === clock.now()) last.until = undefined;
    else if (theirs.size === 0) spans.set(name, [...before, { from: clock.now(), until: undefined }]);
    open.set(name, theirs.add(item.identityKey));
  };
  const note = (before: ReviewItem | undefined, after: ReviewItem | undefined) => {
    if (before?.state === 'open') closed(before);
    if (after?.state === 'open') opened(after);
  };
  const { commit, putNew } = store;
  store.commit = async (writes) => {
    await commit.call(store, writes);
    for (const write of writes) if (write.kind === 'item') note(write.previous, write.record);
  };
  store.putNew = async (kind, records) => {
    await putNew.call(store, kind, records);
    if (kind === 'item') for (const one of records) note(undefined, one as ReviewItem);
  };
  return spans;
}
