// Shadow: what would have been switched off is written down, watched for a full cadence, and counted.

import { RefusedError } from '../../domain/errors.ts';
import type { LastUse } from '../../domain/identity/credential.ts';
import { transition } from '../../domain/lifecycle.ts';
import { REMOVAL_LIFECYCLE, type Removal, type ShadowVerdict } from '../../domain/removal/removal.ts';
import { earliest, type Instant, plusDays } from '../../domain/time.ts';
import { attestRemovalStep } from '../plan-removal.ts';
import { update, type Write } from '../ports/review-store.ts';
import { aboutRemoval } from '../removal/about-removal.ts';
import type { RemovalCase, RemovalDeps } from '../removal/workbench.ts';
import { countShadow, type ShadowCount } from './shadow-counters.ts';

/** Days between looks at what would have been switched off. */
const LOOK_DAYS = 7;

/** Writes down what would have been done now. What would have been switched off is watched from here on. */
export async function recordShadow(
  { environment }: RemovalDeps,
  { removal, campaign, definition }: RemovalCase,
  would: Pick<ShadowVerdict, 'verdict' | 'cause'>,
): Promise<void> {
  const { store, clock } = environment;
  const at = clock.now();
  const watchUntil = plusDays(at, definition.validityDays[removal.tier]);
  const isWatched = would.verdict === 'go';
  const shadow: ShadowVerdict = {
    ...would,
    wouldAt: at,
    watchUntil: isWatched ? watchUntil : at,
    ...(isWatched ? {} : { closedAt: at }),
  };
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'cancel'),
    steps: removal.steps + 1,
    shadow,
    nextDueAt: isWatched ? nextLook(shadow, at) : undefined,
  });
  const step = await attestRemovalStep(environment, write.record, campaign.definitionDigest, {
    step: 'cancelled',
    ordinal: removal.steps,
    note: `shadow mode: ${WOULD[would.verdict]}${would.cause === undefined ? '' : `: ${would.cause}`}`,
  });
  const verdict = await attestShadow(environment, write.record, campaign.definitionDigest, 0);
  const counted = isWatched ? [await countShadow(store, removal, 'would', at)] : [];
  await store.commit([write, ...step.writes, ...verdict.writes, ...counted]);
}

const WOULD: Readonly<Record<ShadowVerdict['verdict'], string>> = {
  go: 'it would have been switched off now',
  hold: 'it would have been held',
  manual: 'a person would have been asked to switch it off',
  vanished: 'it was gone already',
};

/** Looks whether what would have been switched off was used since. */
export async function lookForUse(
  { environment }: RemovalDeps,
  found: RemovalCase,
  shadow: ShadowVerdict,
): Promise<'later' | 'used' | 'quiet' | 'unknown'> {
  const { store, clock } = environment;
  const { removal, campaign } = found;
  const at = clock.now();
  const use = await useNow(environment, found);
  const isUsed = use.state === 'used' && use.at > shadow.wouldAt;
  if (!isUsed && at < shadow.watchUntil) {
    await store.commit([update('removal', removal, { nextDueAt: nextLook(shadow, at) })]);
    return 'later';
  }
  const outcome = isUsed ? 'used' : use.state === 'unknown' ? 'unknown' : 'quiet';
  const closed: ShadowVerdict = {
    ...shadow,
    closedAt: at,
    ...(isUsed ? { laterUsedAt: use.at } : {}),
    ...(isUsed && use.caller !== undefined ? { laterUsedBy: use.caller } : {}),
  };
  const write = update('removal', removal, { shadow: closed, nextDueAt: undefined });
  const verdict = await attestShadow(environment, write.record, campaign.definitionDigest, 1);
  const what: ShadowCount = outcome === 'used' ? 'laterUsed' : outcome;
  const writes: Write[] = [write, ...verdict.writes, await countShadow(store, removal, what, at)];
  await store.commit(writes);
  return outcome;
}

/** The newest that is known of its use: asked of its system where that can say, otherwise as collected last. */
async function useNow(
  { store }: RemovalDeps['environment'],
  { connector, target, removal }: RemovalCase,
): Promise<LastUse> {
  try {
    const located = await connector.locate(target);
    if (located.found === 'one') return located.state.lastUse;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
  }
  const current = await store.get('identity', { identityKey: removal.identityKey });
  const identity = current?.identity ?? target.reviewed;
  const credential = identity.credentials.find(({ credentialId }) => credentialId === removal.credentialId);
  return (credential ?? identity).lastUse;
}

function nextLook({ watchUntil }: ShadowVerdict, at: Instant): Instant {
  return earliest(watchUntil, plusDays(at, LOOK_DAYS));
}

function attestShadow(
  { attestor, clock }: RemovalDeps['environment'],
  removal: Removal,
  definitionDigest: string,
  ordinal: number,
) {
  const { shadow } = removal;
  if (!shadow) throw new TypeError('a removal without a verdict of shadow');
  const at = clock.now();
  return attestor.attest(
    {
      name: 'shadow-verdict',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/shadow`,
      ordinal,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        ...aboutRemoval(removal, definitionDigest),
        connector: removal.connector,
        tier: removal.tier,
        verdict: shadow.verdict,
        ...(shadow.cause === undefined ? {} : { cause: shadow.cause }),
        wouldAt: shadow.wouldAt,
        watchedUntil: shadow.closedAt ?? shadow.watchUntil,
        ...(shadow.laterUsedAt === undefined ? {} : { laterUsedAt: shadow.laterUsedAt }),
        ...(shadow.laterUsedBy === undefined ? {} : { laterUsedBy: shadow.laterUsedBy }),
      },
    },
    at,
  );
}
