// Right before acting the log is played once more: does it show use that the owner was not shown?
import type { ImpactFinding } from '../../domain/activity/finding.ts';
import { UpstreamError } from '../../domain/errors.ts';
import { dormancyOf } from '../../domain/identity/dormancy.ts';
import { HOUR_MS, type Instant, millisOf } from '../../domain/time.ts';
import { update } from '../ports/review-store.ts';
import type { RemovalCase, RemovalDeps } from '../removal/workbench.ts';
import { attestImpact, loadFinding, replayImpact } from './replay-impact.ts';

/** A replay this young is not made again: the removal is only being tried once more. */
const FRESH_MS = 6 * HOUR_MS;

/** What the replay right before acting came to. */
export interface ImpactBeforeActing {
  /** The case to go on with: its removal carries the finding, and a new version. */
  readonly found: RemovalCase;
  /** The sentence to hold with (code `contradiction`); undefined when the log contradicts nothing. */
  readonly contradiction: string | undefined;
}

/**
 * Plays the log against a removal that has been cleared and not begun, and stores what it found on the removal, attested,
 * in a commit of its own: go on with `found`, not with what was passed in. A connector without a log costs nothing and
 * writes nothing. A log that cannot be read just now contradicts nothing and holds nothing up.
 * @throws ConflictError when somebody else changed the removal meanwhile: nothing was done, look again
 */
export async function impactBeforeActing(
  { environment }: Pick<RemovalDeps, 'environment'>,
  found: RemovalCase,
): Promise<ImpactBeforeActing> {
  const { removal, campaign, connector, target, definition } = found;
  const { store, blobs, clock } = environment;
  if (!connector.activity) return { found, contradiction: undefined };
  const { impact: made } = removal;
  if (made && millisOf(clock.now()) - millisOf(made.until) < FRESH_MS)
    // A crash may have come between this finding and the hold it led to.
    return { found, contradiction: contradictionIn(found, await loadFinding(blobs, made.digest)) };
  try {
    const impact = await replayImpact(environment, {
      connector,
      target,
      days: definition.enforcement.impactDays,
    });
    const write = update('removal', removal, { impact: impact.ref, steps: removal.steps + 1 });
    const signed = await attestImpact(environment, impact, {
      campaignId: campaign.campaignId,
      definitionDigest: campaign.definitionDigest,
      snapshot: removal.snapshot,
      removalId: removal.removalId,
      step: `${removal.removalId}/impact`,
      ordinal: removal.steps,
    });
    await store.commit([write, ...signed.writes]);
    return {
      found: { ...found, removal: write.record },
      contradiction: contradictionIn(found, impact.finding),
    };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { found, contradiction: undefined };
  }
}

/** Being in use is none if the owner was shown it; use where none was shown is. */
function contradictionIn(found: RemovalCase, now: ImpactFinding): string | undefined {
  if (now.completeness === 'unknown' || now.refused === 0 || now.lastAt === undefined) return undefined;
  if (!isNews(found, now.lastAt)) return undefined;
  const callers = now.byCaller.filter(({ refused }) => refused > 0).map(({ name }) => name);
  const calls = now.refused === 1 ? '1 call' : `${now.refused} calls`;
  return `The log shows use that its owner was not shown: ${calls} by ${callers.slice(0, 3).join(', ')}, the last on ${now.lastAt.slice(0, 10)}.`;
}

function isNews({ item, removal, snapshot: { identity } }: RemovalCase, lastAt: Instant): boolean {
  const { impact } = item;
  if (impact && impact.completeness !== 'unknown') return impact.refused === 0;
  // The owner saw no log: what they saw of its last use counts.
  const shown =
    identity.credentials.find(({ credentialId }) => credentialId === removal.credentialId) ?? identity;
  const { use } = dormancyOf(shown.lastUse, shown.createdAt, identity.observedAt);
  return (use === 'dormant' || use === 'not-yet-used') && lastAt > identity.observedAt;
}
