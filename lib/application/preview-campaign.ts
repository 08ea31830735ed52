// What launching a definition now would ask, of whom, and what it would leave out. Writes nothing.
import { type Campaign, CampaignId } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { type Timeline, timelineOf } from '../domain/campaign/timeline.ts';
import { RefusedError } from '../domain/errors.ts';
import { Identity } from '../domain/identity/identity.ts';
import type { RiskTier } from '../domain/identity/risk-tier.ts';
import type { Directory } from '../domain/review/directory.ts';
import { considerWith } from './consider-identity.ts';
import type { Environment } from './environment.ts';
import { inBatches, mapConcurrently } from './in-batches.ts';
import { pastOf } from './past-of.ts';
import { digestOf } from './plain-json.ts';

type TierCounts = Record<RiskTier, number>;

/** One identity as the campaign would see it. */
export interface PreviewEntry {
  readonly identityId: string;
  readonly name: string;
  readonly kind: string;
  readonly included: boolean;
  readonly tier: RiskTier | undefined;
  readonly reviewerId: string | undefined;
  /** How the reviewer would be found. */
  readonly routedBy: string | undefined;
  /** What Countersign would recommend. */
  readonly recommendation: string | undefined;
  readonly reason: string;
}

/** A campaign that does not exist yet. */
export interface CampaignPreview {
  readonly definitionId: string;
  readonly definitionVersion: number;
  readonly title: string;
  readonly startsAt: Campaign['startedAt'];
  readonly timeline: Timeline;
  readonly counts: { readonly considered: number; readonly included: number; readonly excluded: number };
  readonly byTier: TierCounts;
  /** Nobody owns them: they would go to the fallback. */
  readonly unowned: number;
  /** Most items first. */
  readonly reviewers: readonly {
    readonly personId: string;
    readonly name: string;
    readonly items: number;
    readonly byTier: TierCounts;
  }[];
  /** Most first. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
  /** In the order of the inventories. */
  readonly entries: readonly PreviewEntry[];
}

const BATCH = 200;

/** Makes the use case. @throws RefusedError NOT_FOUND when nothing has been collected yet. */
export function previewCampaign(environment: Environment) {
  return async (definition: Definition): Promise<CampaignPreview> => {
    const directory = await environment.people.directory();
    const inventories = await environment.store.inventories();
    if (inventories.length === 0) {
      throw new RefusedError({
        code: 'NOT_FOUND',
        message: 'There is no inventory yet; collect identities first.',
      });
    }
    const campaign = imaginedCampaign(
      environment,
      definition,
      inventories.map(({ inventory }) => inventory),
    );
    const entries = await considerAll(environment, campaign, definition, directory);
    return summarise(campaign, definition, directory, entries);
  };
}

function imaginedCampaign(
  { clock }: Environment,
  definition: Definition,
  inventories: readonly string[],
): Campaign {
  const startedAt = clock.now();
  return {
    schemaVersion: 1,
    version: 1,
    campaignId: CampaignId.parse(`${definition.definitionId}-preview`),
    definitionId: definition.definitionId,
    definitionVersion: definition.version,
    definitionDigest: digestOf(definition),
    title: definition.title,
    state: 'opening',
    startedAt,
    ...timelineOf({ startedAt, definition, zones: ['UTC'] }),
    inventories: inventories.toSorted(),
    directoryDigest: '',
    launchedBy: 'preview',
    findings: [],
  };
}

async function considerAll(
  environment: Environment,
  campaign: Campaign,
  definition: Definition,
  directory: Directory,
): Promise<PreviewEntry[]> {
  const { blobs, expressions, attestor } = environment;
  const consider = considerWith({
    campaign,
    definition,
    directory,
    expressions,
    pseudonym: (personId) => attestor.pseudonym(personId),
  });
  const entries: PreviewEntry[] = [];
  for (const inventory of campaign.inventories) {
    for await (const lines of inBatches(blobs.lines(inventory), BATCH)) {
      const identities = lines.map((line) => Identity.parse(JSON.parse(line)));
      const pasts = await mapConcurrently(identities, 16, (identity) =>
        pastOf(environment, identity, campaign.startedAt),
      );
      for (const [index, identity] of identities.entries()) {
        const past = pasts[index];
        if (past) entries.push(entryOf(consider(identity, inventory, past)));
      }
    }
  }
  return entries;
}

function entryOf(considered: ReturnType<ReturnType<typeof considerWith>>): PreviewEntry {
  if (!considered.included) {
    const { identityId, name, kind, reason } = considered.entry;
    const nobody = { tier: undefined, reviewerId: undefined, routedBy: undefined, recommendation: undefined };
    return { identityId, name, kind, included: false, ...nobody, reason };
  }
  const { entry, item } = considered.finish('');
  const { identityId, name, kind, tier, reviewerId, routedBy, recommendation } = item;
  return {
    identityId,
    name,
    kind,
    included: true,
    tier,
    reviewerId,
    routedBy,
    recommendation,
    reason: entry.reason,
  };
}

function summarise(
  campaign: Campaign,
  definition: Definition,
  directory: Directory,
  entries: readonly PreviewEntry[],
): CampaignPreview {
  const included = entries.filter((entry) => entry.included);
  const reviewerIds = [...new Set(included.map(({ reviewerId }) => reviewerId ?? ''))];
  const zones = reviewerIds.map((id) => directory.person(id)?.timeZone ?? 'UTC');
  const reasons = new Map<string, number>();
  for (const { included: kept, reason } of entries) {
    if (!kept) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return {
    definitionId: definition.definitionId,
    definitionVersion: definition.version,
    title: definition.title,
    startsAt: campaign.startedAt,
    timeline: timelineOf({ startedAt: campaign.startedAt, definition, zones }),
    counts: {
      considered: entries.length,
      included: included.length,
      excluded: entries.length - included.length,
    },
    byTier: tiersOf(included),
    unowned: included.filter(({ routedBy }) => routedBy === 'fallback').length,
    reviewers: reviewerIds
      .map((personId) => {
        const own = included.filter(({ reviewerId }) => reviewerId === personId);
        const name = directory.person(personId)?.name ?? personId;
        return { personId, name, items: own.length, byTier: tiersOf(own) };
      })
      .toSorted((a, b) => b.items - a.items || (a.personId < b.personId ? -1 : 1)),
    leftOut: [...reasons].map(([reason, count]) => ({ reason, count })).toSorted((a, b) => b.count - a.count),
    entries,
  };
}

function tiersOf(entries: readonly PreviewEntry[]): TierCounts {
  const count = (tier: RiskTier) => entries.filter((entry) => entry.tier === tier).length;
  return { critical: count('critical'), high: count('high'), medium: count('medium'), low: count('low') };
}
