// OSCAL 1.2 assessment plan and results (NIST): a campaign is a result, an attestation the evidence of an observation.
import { type CampaignTrail, effectiveAnswer, leadingRemoval } from '../facts/case-file.ts';
import type { PackManifest } from '../pack/pack-files.ts';
import { canonicalFile } from './canonical-file.ts';
import { entryOf, findingOf, observationOf, riskOf } from './oscal-items.ts';
import { controlToken, line, uuidOf } from './oscal-names.ts';
import type { OscalNotes } from './oscal-notes.ts';
import type { Joined } from './tables.ts';

/** What both documents are made of. */
export interface OscalInput {
  readonly manifest: PackManifest;
  readonly joined: Joined;
}

/** `oscal/assessment-plan.json`. */
export function oscalPlan({ manifest, joined }: OscalInput): unknown {
  const controls = [...joined.cases.campaigns.values()].flatMap(
    ({ opened }) => opened?.predicate.controls ?? [],
  );
  const ssp = uuidOf('ssp', manifest.origin);
  return {
    'assessment-plan': {
      uuid: uuidOf('plan', manifest.origin, manifest.exportedAt, manifest.scope.by),
      metadata: metadata(manifest, 'Access reviews of non-human identities: plan'),
      'import-ssp': { href: `#${ssp}` },
      'reviewed-controls': reviewedControls(controls),
      'back-matter': {
        resources: [
          {
            uuid: ssp,
            title: 'System security plan',
            description: 'The plan of the assessed system is not part of this pack.',
          },
        ],
      },
    },
  };
}

/** `oscal/assessment-results.json`, in parts: a canonical document, written as it is made. */
export function* oscalResults({ manifest, joined }: OscalInput, notes: OscalNotes): Generator<string> {
  const head = canonicalFile({
    'import-ap': { href: './assessment-plan.json' },
    metadata: metadata(manifest, 'Access reviews of non-human identities: results'),
  });
  yield `{"assessment-results":${head.slice(0, -1)},"results":[`;
  const campaigns = [...joined.cases.campaigns.values()].filter(({ opened }) => opened !== undefined);
  if (campaigns.length === 0) yield canonicalFile(emptyResult(manifest));
  for (const [position, campaign] of campaigns.entries()) {
    if (position > 0) yield ',';
    yield* resultOf(manifest, campaign, notes);
  }
  yield `],"uuid":${JSON.stringify(uuidOf('results', manifest.origin, manifest.exportedAt, manifest.scope.by))}}}`;
}

function emptyResult({ exportedAt, origin }: PackManifest): unknown {
  return {
    uuid: uuidOf('result', origin, exportedAt),
    title: 'No campaign in this pack',
    description: 'This pack holds no opening of a campaign.',
    start: exportedAt,
    'reviewed-controls': reviewedControls([]),
  };
}

/** A member of an object that is written as it is made. */
type Member = readonly [name: string, parts: Iterable<string> | undefined];

function* resultOf(manifest: PackManifest, campaign: CampaignTrail, notes: OscalNotes): Generator<string> {
  let before = '{';
  for (const [name, parts] of [...factMembers(campaign, notes), ...frameMembers(manifest, campaign)].toSorted(
    byName,
  )) {
    if (parts === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* parts;
    before = ',';
  }
  yield '}';
}

/** In canonical order; the names are plain ASCII. */
function byName([a]: Member, [b]: Member): number {
  return a < b ? -1 : 1;
}

function frameMembers({ exportedAt }: PackManifest, { campaignId, opened, closed }: CampaignTrail): Member[] {
  const { controls = [], counts, title = campaignId } = opened?.predicate ?? {};
  const about = `Review of ${counts?.included ?? 0} identities of ${counts?.considered ?? 0} considered.`;
  return [
    ['description', one(about)],
    ['end', closed && one(closed.at)],
    ['reviewed-controls', one(reviewedControls(controls))],
    ['start', one(opened?.at ?? exportedAt)],
    ['title', one(line(title))],
    ['uuid', one(uuidOf('result', campaignId))],
  ];
}

function factMembers({ campaignId, opened, cases }: CampaignTrail, notes: OscalNotes): Member[] {
  const controls = opened?.predicate.controls ?? [];
  const missed = [...cases].filter(([, trail]) => effectiveAnswer(trail) === 'no-response');
  const observations = notes.observations.get(campaignId) ?? [];
  const entries = notes.entries.get(campaignId) ?? [];
  const identities = [...new Set(observations.map(({ identityId }) => identityId ?? ''))];
  const itemOf = (identityId: string) => ({
    uuid: uuidOf('identity', identityId),
    description: line(identityId),
  });
  return [
    ['assessment-log', within('entries', entries, (note) => entryOf(campaignId, note))],
    ['findings', list(missed, ([identityId]) => findingOf(campaignId, identityId, controls))],
    ['local-definitions', within('inventory-items', identities, itemOf)],
    ['observations', list(observations, (note) => observationOf(campaignId, note))],
    ['risks', list(missed, ([identityId, trail]) => riskOf(campaignId, identityId, isSettled(trail)))],
  ];
}

function isSettled(trail: Parameters<typeof leadingRemoval>[0]): boolean {
  const removal = leadingRemoval(trail);
  return removal?.executedAt !== undefined && removal.restoredAt === undefined;
}

function one(value: unknown): string[] {
  return [canonicalFile(value)];
}

/** A list, or nothing when it would be empty: OSCAL allows no empty lists. */
function list<T>(entries: readonly T[], make: (entry: T) => unknown): Iterable<string> | undefined {
  return entries.length === 0 ? undefined : listParts(entries, make);
}

function* listParts<T>(entries: readonly T[], make: (entry: T) => unknown): Generator<string> {
  yield '[';
  for (const [position, entry] of entries.entries()) {
    yield (position > 0 ? ',' : '') + canonicalFile(make(entry));
  }
  yield ']';
}

function within<T>(
  name: string,
  entries: readonly T[],
  make: (entry: T) => unknown,
): Iterable<string> | undefined {
  return entries.length === 0 ? undefined : wrapped(name, listParts(entries, make));
}

function* wrapped(name: string, parts: Iterable<string>): Generator<string> {
  yield `{${JSON.stringify(name)}:`;
  yield* parts;
  yield '}';
}

function metadata({ exportedAt }: PackManifest, title: string): unknown {
  return { title, 'last-modified': exportedAt, version: '1', 'oscal-version': '1.2.1' };
}

function reviewedControls(controls: readonly string[]): unknown {
  const unique = [...new Set(controls)].toSorted();
  if (unique.length === 0) return { 'control-selections': [{ 'include-all': {} }] };
  return {
    'control-selections': [
      {
        description: line(unique.join(', ')),
        'include-controls': unique.map((control) => ({ 'control-id': controlToken(control) })),
      },
    ],
  };
}
