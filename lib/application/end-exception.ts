// Exceptions remind before they end, and end by themselves; ending without an answer leaves the identity unattested.
import { audienceOf } from '../domain/chase/audience.ts';
import type { RiskException } from '../domain/review/exception.ts';
import type { Person } from '../domain/review/person.ts';
import { isHere } from '../domain/review/resolve-owner.ts';
import { plusDays } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { noteUnlessVouched } from './events/note-unless-vouched.ts';
import { gatherLine } from './gather-line.ts';
import { loadCampaign, loadDefinition, loadSnapshot } from './load.ts';
import type { RecordKeys } from './ports/records.ts';
import { update, type Write } from './ports/review-store.ts';
import { reopenWrites } from './removal/reopen-item.ts';

/** Days before its end that an exception's owner is reminded. */
export const REMIND_DAYS = 7;

/** Makes the use case: looks at one due exception. */
export function endException(environment: Environment) {
  return async (key: RecordKeys['exception']): Promise<'nothing' | 'reminded' | 'ended'> => {
    const { store, clock } = environment;
    const exception = await store.get('exception', key);
    const now = clock.now();
    if (!exception || exception.nextDueAt === undefined || exception.nextDueAt > now) return 'nothing';
    if (!['granted', 'requested'].includes(exception.state)) {
      await store.commit([update('exception', exception, { nextDueAt: undefined })]);
      return 'nothing';
    }
    if (exception.until > now) return remind(environment, exception);
    await end(environment, exception);
    return 'ended';
  };
}

async function remind(environment: Environment, exception: RiskException): Promise<'reminded'> {
  const { store, clock } = environment;
  const line = { what: 'exception-ending' as const, of: exception.exceptionId, text: exception.identityKey };
  await gatherLine(environment, 'singly', line, await answerable(environment, exception));
  await store.commit([
    update('exception', exception, { remindedAt: clock.now(), nextDueAt: exception.until }),
  ]);
  return 'reminded';
}

/** Whoever asked for it, then who else answers for it; who came after them when they have gone. */
async function answerable(
  { store, blobs, people, clock }: Environment,
  { campaignId, identityKey, requestedBy, snapshot }: RiskException,
): Promise<readonly Person[]> {
  const directory = await people.directory();
  const now = clock.now();
  const campaign = await loadCampaign(store, campaignId);
  const asker = directory.person(requestedBy);
  const item = asker && isHere(asker, now) ? undefined : await store.get('item', { campaignId, identityKey });
  const found = audienceOf({
    audience: ['reviewer', 'backup', 'group', 'manager', 'fallback'],
    reviewerId: item?.reviewerId ?? requestedBy,
    owners: [(await loadSnapshot(blobs, snapshot)).owners],
    directory,
    definition: await loadDefinition(blobs, campaign.definitionDigest),
    now,
  });
  return found.flatMap(({ as, person }) => (as === 'bystander' ? [] : [person]));
}

async function end(environment: Environment, exception: RiskException): Promise<void> {
  const { store, attestor, clock } = environment;
  const at = clock.now();
  const campaign = await loadCampaign(store, exception.campaignId);
  const signed = await attestor.attest(
    {
      name: 'exception-ended',
      subject: { name: exception.identityId, sha256: exception.snapshot },
      step: exception.exceptionId,
      ordinal: 0,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        campaignId: exception.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: exception.identityId,
        exceptionId: exception.exceptionId,
        why: 'expired',
      },
    },
    at,
  );
  const writes: Write[] = [
    update('exception', exception, { state: 'ended', endedAt: at, nextDueAt: undefined }),
    ...signed.writes,
  ];
  const item = await store.get('item', {
    campaignId: exception.campaignId,
    identityKey: exception.identityKey,
  });
  const asked = item ? await reopenWrites(environment, { item, campaign }, at, exception.exceptionId) : [];
  const ended = {
    event: 'exception-ended',
    identityKey: exception.identityKey,
    cause: `The exception of ${exception.requestedAt.slice(0, 10)} ended; nobody has answered since.`,
    at,
    occasion: exception.exceptionId,
  } as const;
  // Nobody is asked in a campaign that has closed: a review of its own is opened.
  await store.commit([
    ...writes,
    ...(asked.length > 0 ? asked : await noteUnlessVouched(environment, ended)),
  ]);
}

/** When a granted exception is first looked at again. */
export function firstLookAt(
  until: RiskException['until'],
  now: RiskException['until'],
): RiskException['until'] {
  const reminder = plusDays(until, -REMIND_DAYS);
  return reminder > now ? reminder : until;
}
