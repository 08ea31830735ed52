// Says how well a switch-off is known to hold, right after and every day of quarantine; catches drift.
import { transition } from '../../domain/lifecycle.ts';
import { quarantineUntil } from '../../domain/removal/quarantine.ts';
import { REMOVAL_LIFECYCLE, type Removal } from '../../domain/removal/removal.ts';
import { earliest, plusDays } from '../../domain/time.ts';
import { attestRemovalStep } from '../plan-removal.ts';
import type { VerificationResult } from '../ports/connector.ts';
import type { RecordKeys } from '../ports/records.ts';
import { update, type Write } from '../ports/review-store.ts';
import { peopleNamed } from '../tell-person.ts';
import { checkByHand, isByHand } from './by-hand.ts';
import { reopenWrites } from './reopen-item.ts';
import { openCase, postpone, type RemovalCase, type RemovalDeps, takeStep } from './workbench.ts';

/** Makes the use case: verifies one due removal. */
export function verifyRemoval(deps: RemovalDeps) {
  return async (
    key: RecordKeys['removal'],
  ): Promise<'nothing' | VerificationResult['level'] | 'drift' | 'deleted'> => {
    const { environment } = deps;
    const found = await openCase(environment, key);
    const now = environment.clock.now();
    if (!found || found.removal.nextDueAt === undefined || found.removal.nextDueAt > now) return 'nothing';
    const { removal, connector, target } = found;
    if (!['executed', 'quarantined'].includes(removal.state) || !removal.preImage || !removal.executedAt)
      return 'nothing';
    const result = isByHand(removal.preImage)
      ? checkByHand(removal)
      : await connector.verify(target, removal.preImage, removal.executedAt);
    if (result.drifted) {
      await recordDrift(deps, found, result);
      return 'drift';
    }
    const checked = await recordCheck(deps, found, result);
    if (checked.quarantineUntil !== undefined && checked.quarantineUntil <= now)
      return endQuarantine(deps, { ...found, removal: checked });
    return result.level;
  };
}

/** Attests a level the first time and whenever it changes; a daily check that finds the same again adds nothing to say. */
async function recordCheck(
  deps: RemovalDeps,
  found: RemovalCase,
  result: VerificationResult,
): Promise<Removal> {
  const { store, clock } = deps.environment;
  const { removal, definition, snapshot, campaign } = found;
  const at = clock.now();
  const checks = (removal.verification?.checks ?? 0) + 1;
  const until =
    removal.quarantineUntil ??
    quarantineUntil({ executedAt: removal.executedAt ?? at, definition, identity: snapshot.identity });
  const entering = removal.state === 'executed';
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'quarantine'),
    verification: { level: result.level, at, reasons: [...result.reasons], checks },
    ...(result.sessionsMayLiveUntil === undefined
      ? {}
      : { sessionsMayLiveUntil: result.sessionsMayLiveUntil }),
    quarantineUntil: until,
    steps: removal.steps + (entering ? 1 : 0),
    nextDueAt: earliest(plusDays(at, 1), until > at ? until : plusDays(at, 1)),
  });
  const writes: Write[] = [write];
  if (entering || removal.verification?.level !== result.level) {
    writes.push(...(await attestVerification(deps, found, result, checks)).writes);
  }
  if (entering) {
    const signed = await attestRemovalStep(deps.environment, write.record, campaign.definitionDigest, {
      step: 'quarantined',
      ordinal: removal.steps,
      note: `kept restorable until ${until}`,
      quarantineUntil: until,
    });
    writes.push(...signed.writes);
  }
  await store.commit(writes);
  return write.record;
}

async function attestVerification(
  deps: RemovalDeps,
  found: RemovalCase,
  result: VerificationResult,
  ordinal: number,
) {
  const { attestor, clock } = deps.environment;
  const { removal, campaign } = found;
  const at = clock.now();
  return attestor.attest(
    {
      name: 'verification',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/verification`,
      ordinal,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        campaignId: removal.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: removal.identityId,
        removalId: removal.removalId,
        ...(removal.credentialId === undefined ? {} : { credentialId: removal.credentialId }),
        level: result.level,
        reasons: [...result.reasons],
        drifted: result.drifted,
        ...(result.sessionsMayLiveUntil === undefined
          ? {}
          : { sessionsMayLiveUntil: result.sessionsMayLiveUntil }),
      },
    },
    at,
  );
}

/** Somebody switched it back on: say so, reopen the question, and stop claiming it is off. */
async function recordDrift(deps: RemovalDeps, found: RemovalCase, result: VerificationResult): Promise<void> {
  const { environment, tell } = deps;
  const { store, clock, people } = environment;
  const { removal, definition } = found;
  const at = clock.now();
  const checks = (removal.verification?.checks ?? 0) + 1;
  const write = update('removal', removal, {
    verification: { level: 'failed', at, reasons: [...result.reasons], checks },
    driftedAt: at,
    nextDueAt: undefined,
  });
  const signed = await attestVerification(deps, found, { ...result, level: 'failed' }, checks);
  await store.commit([write, ...signed.writes, ...(await reopenWrites(environment, found, at))]);
  const directory = await people.directory();
  const owner = directory.person(removal.ownerId);
  const audience = [
    ...(owner?.active ? [owner] : []),
    ...peopleNamed(directory, definition.reviewers.manager).slice(0, 1),
  ];
  for (const to of audience) {
    await tell({
      to,
      purpose: 'drift',
      occasion: `${removal.removalId}/${checks}`,
      shown: [removal.snapshot],
      body: async () => ({
        purpose: 'drift',
        removal: write.record,
        text: result.reasons.join('; '),
        undoUntil: undefined,
      }),
    });
  }
}

async function endQuarantine(
  deps: RemovalDeps,
  found: RemovalCase,
): Promise<'deleted' | VerificationResult['level']> {
  const { environment } = deps;
  const { removal, connector, target, definition } = found;
  if (!definition.enforcement.deleteAfterQuarantine || !removal.preImage || isByHand(removal.preImage)) {
    await postpone(environment, removal, undefined);
    return removal.verification?.level ?? 'unchecked';
  }
  const deleted = await connector.remove(target, removal.preImage);
  await takeStep(
    environment,
    found,
    'delete',
    { nextDueAt: undefined },
    {
      step: 'deleted',
      note: 'deleted after quarantine',
      evidence: deleted.evidence,
    },
  );
  return 'deleted';
}
