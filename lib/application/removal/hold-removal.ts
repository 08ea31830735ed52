// Pausing a removal: with a cause, an owner and an end; and letting it go on.

import type { Actor } from '../../domain/attestation/actor.ts';
import { transition } from '../../domain/lifecycle.ts';
import { type Hold, REMOVAL_LIFECYCLE, type Removal } from '../../domain/removal/removal.ts';
import { holdUntil as holdUntilOf } from '../../domain/removal/safeguards.ts';
import { earliest, HOUR_MS, type Instant, plusDays, plusMs } from '../../domain/time.ts';
import { gatherLine } from '../gather-line.ts';
import { update, type Write } from '../ports/review-store.ts';
import { peopleNamed } from '../tell-person.ts';
import { aboutRemoval } from './about-removal.ts';
import { postpone, type RemovalCase, type RemovalDeps } from './workbench.ts';

/** Puts a removal on hold, attested, with what must happen at once, and tells the campaign's manager why. */
export async function holdRemoval(
  deps: RemovalDeps,
  found: RemovalCase,
  reason: Pick<Hold, 'code' | 'cause' | 'per'>,
  actor?: Actor,
  alongside: readonly Write[] = [],
): Promise<Removal> {
  const { environment } = deps;
  const { removal, campaign, definition } = found;
  const { attestor, clock, store, people } = environment;
  const at = clock.now();
  const limit = reason.code === 'contradiction' ? holdUntilOf(removal, definition, at) : undefined;
  const holdUntil = limit ?? plusDays(at, definition.enforcement.holdDays);
  const managers = peopleNamed(await people.directory(), definition.reviewers.manager);
  const hold: Hold = {
    ...reason,
    ownerId: managers[0]?.personId ?? definition.reviewers.manager,
    heldAt: at,
    holdUntil,
  };
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'hold'),
    holds: [...removal.holds, hold],
    // Due until somebody was told: only then can anybody let it go on.
    nextDueAt: at,
  });
  const signed = await attestor.attest(
    {
      name: 'hold',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/hold`,
      ordinal: removal.holds.length,
      predicate: {
        build: attestor.build,
        actor: actor ?? attestor.system,
        at,
        ...aboutRemoval(removal, campaign.definitionDigest),
        code: hold.code,
        cause: hold.cause,
        holdUntil,
        owner: attestor.pseudonym(hold.ownerId),
      },
    },
    at,
  );
  await store.commit([write, ...signed.writes, ...alongside]);
  return tellOfHold(deps, { ...found, removal: write.record }, hold);
}

/**
 * Lets the first of the campaign's managers who can be reached know with the next message about what waits for their word,
 * once a hold; then it rests until the hold ends.
 */
export async function tellOfHold(
  { environment }: RemovalDeps,
  { removal, definition }: RemovalCase,
  { code, holdUntil }: Hold,
): Promise<Removal> {
  const managers = peopleNamed(await environment.people.directory(), definition.reviewers.manager);
  const of = `${removal.identityKey}/${removal.removalId}/${removal.holds.length - 1}`;
  await gatherLine(environment, 'asks', { what: 'held', of }, managers);
  const again = lookAgainAt(code, environment.clock.now());
  return postpone(environment, removal, earliest(holdUntil, again ?? holdUntil));
}

/** Holds whose cause may be over at any time, without anybody touching the removal. */
const ENDS_BY_ITSELF: ReadonlySet<Hold['code']> = new Set<Hold['code']>(['stale-inventory', 'disarmed']);
/** How often such a hold is looked at, in ms. */
const LOOK_AGAIN_MS = 6 * HOUR_MS;

/** When a hold is to be looked at again before its time is up; undefined when only a person can end it. */
export function lookAgainAt(code: Hold['code'], now: Instant): Instant | undefined {
  return ENDS_BY_ITSELF.has(code) ? plusMs(now, LOOK_AGAIN_MS) : undefined;
}

/** What somebody let it run over: for a cap, that one cap and no other. */
function approvedOf(hold: Hold | undefined): string {
  if (!hold) return 'hold';
  return hold.per === undefined ? hold.code : `${hold.code}/${hold.per}`;
}

/** Lets a held removal go on (it is checked again before it acts), attested with who let it and why. */
export async function releaseRemoval(
  deps: RemovalDeps,
  { removal, campaign }: Pick<RemovalCase, 'removal' | 'campaign'>,
  release: { readonly why: string; readonly byPersonId?: string; readonly actor?: Actor },
  alongside: readonly Write[] = [],
): Promise<Removal> {
  const { attestor, clock, store } = deps.environment;
  const at = clock.now();
  const holds = removal.holds.map((hold, index) =>
    index === removal.holds.length - 1
      ? {
          ...hold,
          releasedAt: at,
          ...(release.byPersonId === undefined ? {} : { releasedBy: release.byPersonId }),
        }
      : hold,
  );
  const last = removal.holds.at(-1);
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'release'),
    holds,
    approvals:
      release.byPersonId === undefined
        ? removal.approvals
        : [...removal.approvals, { personId: release.byPersonId, at, what: approvedOf(last) }],
    nextDueAt: at,
  });
  const signed = await attestor.attest(
    {
      name: 'hold-released',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/release`,
      ordinal: removal.holds.length,
      predicate: {
        build: attestor.build,
        actor: release.actor ?? attestor.system,
        at,
        ...aboutRemoval(removal, campaign.definitionDigest),
        code: last?.code ?? 'hold',
        why: release.why,
      },
    },
    at,
  );
  await store.commit([write, ...signed.writes, ...alongside]);
  return write.record;
}
