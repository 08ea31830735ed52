// What a new version of a definition arms or disarms, and the facts that say so.
import type { Fact } from '../../domain/attestation/statement.ts';
import type { Definition, EnforcementMode } from '../../domain/campaign/definition.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { RiskTier } from '../../domain/identity/risk-tier.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Instant } from '../../domain/time.ts';
import type { Attestor } from '../attest.ts';

/** One change of mode; `*` stands for every connector or tier that no entry of its own speaks of. */
export interface ModeChange {
  readonly connector: string;
  readonly tier: RiskTier | '*';
  readonly from: EnforcementMode;
  readonly to: EnforcementMode;
}

/** A definition and its facts are one transaction of at most 25 writes. */
const MAX_CHANGES = 10;

/** What changes from one version to the next. Before the first version everything is in shadow. */
export function modeChangesOf(before: Definition | undefined, after: Definition): ModeChange[] {
  const entries = [
    { connector: '*', tier: '*' } as const,
    ...[...(before?.enforcement.modes ?? []), ...after.enforcement.modes].map(({ connector, tier }) => ({
      connector,
      tier: tier ?? ('*' as const),
    })),
  ];
  const distinct = new Map(entries.map((entry) => [`${entry.connector}/${entry.tier}`, entry]));
  return [...distinct.values()].flatMap(({ connector, tier }) => {
    const from = before ? modeIn(before, connector, tier) : 'shadow';
    const to = modeIn(after, connector, tier);
    return from === to ? [] : [{ connector, tier, from, to }];
  });
}

/** The mode an entry of the definition stands for: its own, its connector's, the default. */
function modeIn({ enforcement }: Definition, connector: string, tier: RiskTier | '*'): EnforcementMode {
  const { modes, defaultMode } = enforcement;
  const own = modes.find((entry) => entry.connector === connector && (entry.tier ?? '*') === tier);
  const general = modes.find((entry) => entry.connector === connector && entry.tier === undefined);
  return (own ?? general)?.mode ?? defaultMode;
}

/**
 * The facts of what applying a definition arms or disarms.
 * @throws RefusedError `CONFLICT` when there are too many for one transaction: apply them in steps
 */
export function modeFacts(
  attestor: Attestor,
  applied: {
    readonly before: Definition | undefined;
    readonly definition: Definition;
    readonly digest: string;
    readonly author: Authenticated;
    readonly approverId: string;
    readonly at: Instant;
  },
): Fact[] {
  const { before, definition, digest, author, approverId, at } = applied;
  const { definitionId, version } = definition;
  const changes = modeChangesOf(before, definition);
  if (changes.length > MAX_CHANGES) {
    throw new RefusedError({
      code: 'CONFLICT',
      message: `Definition "${definitionId}" version ${version} changes ${changes.length} enforcement modes at once; change at most ${MAX_CHANGES} a version.`,
    });
  }
  return changes.map(({ connector, tier, from, to }) => ({
    name: 'mode-changed',
    subject: { name: `definition/${definitionId}/${version}`, sha256: digest },
    step: `${connector}/${tier}`,
    ordinal: version,
    predicate: {
      build: attestor.build,
      actor: attestor.person(author, 'author of the definition'),
      at,
      connector,
      tier,
      from,
      to,
      approvers: [author.personId, approverId].map((personId) => attestor.pseudonym(personId)),
      why: `definition ${definitionId} version ${version}`,
    },
  }));
}
