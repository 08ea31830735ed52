// OSCAL 1.2 assessment plan and results (NIST): a campaign is a result, an attestation the evidence of an observation.
import { createHash } from 'node:crypto';
import type { Instant } from '../../domain/time.ts';
import { type CampaignTrail, effectiveAnswer, leadingRemoval } from '../facts/case-file.ts';
import { type FactHandlers, handleFact, type LoggedFact } from '../facts/logged-fact.ts';
import type { PackManifest } from '../pack/pack-files.ts';
import { canonicalFile } from './canonical-file.ts';
import type { Joined } from './tables.ts';

/** What is kept of a fact for OSCAL: an observation about an identity, or an entry of the assessment log. */
export interface OscalNote {
  readonly index: number;
  readonly leafHash: string;
  readonly at: Instant;
  readonly identityId: string | undefined;
  readonly text: string;
}

/** Notes by campaign. */
export interface OscalNotes {
  readonly observations: Map<string, OscalNote[]>;
  readonly entries: Map<string, OscalNote[]>;
}

/** No notes yet. */
export function emptyNotes(): OscalNotes {
  return { observations: new Map(), entries: new Map() };
}

type Keep = (kind: keyof OscalNotes, campaignId: string, text: string) => void;

const NOTED: FactHandlers<Keep, void> = {
  decision: ({ predicate: { campaignId, verdict } }, keep) =>
    keep('observations', campaignId, `Answered: ${verdict}`),
  'no-response': ({ predicate: { campaignId } }, keep) =>
    keep('observations', campaignId, 'No response in time'),
  removal: ({ predicate: { campaignId, step } }, keep) => keep('entries', campaignId, `Removal ${step}`),
  verification: ({ predicate: { campaignId, level } }, keep) =>
    keep('entries', campaignId, `Removal verified: ${level}`),
  restoration: ({ predicate: { campaignId } }, keep) => keep('entries', campaignId, 'Access restored'),
  notice: ({ predicate: { campaigns, purpose, outcome } }, keep) => {
    for (const campaignId of campaigns) keep('entries', campaignId, `Reminder (${purpose}) ${outcome}`);
  },
};

/** Keeps what OSCAL needs of a fact. */
export function noteFact(notes: OscalNotes, fact: LoggedFact): void {
  const { index, leafHash, at } = fact;
  const identityId = 'identityId' in fact.predicate ? fact.predicate.identityId : undefined;
  const keep: Keep = (kind, campaignId, text) => {
    const list = notes[kind].get(campaignId) ?? [];
    list.push({ index, leafHash, at, identityId, text });
    notes[kind].set(campaignId, list);
  };
  handleFact(fact, NOTED, keep);
}

/** What both documents are made of. */
export interface OscalInput {
  readonly manifest: PackManifest;
  readonly joined: Joined;
}

const NAMESPACE = 'https://countersign.dev/ns/oscal';

/** A UUID of version 5 (RFC 9562 §5.5): the same thing always has the same one. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const namespace = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
  const name = `${NAMESPACE}/${JSON.stringify(parts)}`;
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
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

function* resultOf(manifest: PackManifest, campaign: CampaignTrail, notes: OscalNotes): Generator<string> {
  const { campaignId, opened, closed } = campaign;
  const controls = opened?.predicate.controls ?? [];
  const observations = notes.observations.get(campaignId) ?? [];
  const entries = notes.entries.get(campaignId) ?? [];
  const identities = [...new Set(observations.map(({ identityId }) => identityId ?? ''))];
  const missed = [...campaign.cases].filter(([, trail]) => effectiveAnswer(trail) === 'no-response');
  yield '{';
  if (entries.length > 0) {
    yield '"assessment-log":{"entries":';
    yield* list(entries, (note) => entryOf(campaignId, note));
    yield '},';
  }
  yield `"description":${text(`Review of ${opened?.predicate.counts.included ?? 0} identities of ${opened?.predicate.counts.considered ?? 0} considered.`)},`;
  if (closed) yield `"end":${text(closed.at)},`;
  if (missed.length > 0) {
    yield '"findings":';
    yield* list(missed, ([identityId]) => findingOf(campaignId, identityId, controls));
    yield ',';
  }
  if (identities.length > 0) {
    yield '"local-definitions":{"inventory-items":';
    yield* list(identities, (identityId) => ({
      uuid: uuidOf('identity', identityId),
      description: line(identityId),
    }));
    yield '},"observations":';
    yield* list(observations, (note) => observationOf(campaignId, note));
    yield ',';
  }
  yield `"reviewed-controls":${canonicalFile(reviewedControls(controls))},`;
  if (missed.length > 0) {
    yield '"risks":';
    yield* list(missed, ([identityId, trail]) => {
      const removal = leadingRemoval(trail);
      const isClosed = removal?.executedAt !== undefined && removal.restoredAt === undefined;
      return riskOf(campaignId, identityId, isClosed);
    });
    yield ',';
  }
  yield `"start":${text(opened?.at ?? manifest.exportedAt)},"title":${text(line(opened?.predicate.title ?? campaignId))},"uuid":${text(uuidOf('result', campaignId))}}`;
}

function* list<T>(entries: readonly T[], make: (entry: T) => unknown): Generator<string> {
  yield '[';
  for (const [position, entry] of entries.entries())
    yield (position > 0 ? ',' : '') + canonicalFile(make(entry));
  yield ']';
}

function observationOf(
  campaignId: string,
  { index, leafHash, at, identityId = '', text }: OscalNote,
): unknown {
  return {
    uuid: uuidOf('observation', campaignId, index),
    description: line(text),
    methods: ['EXAMINE'],
    types: ['control-objective'],
    subjects: [{ 'subject-uuid': uuidOf('identity', identityId), type: 'inventory-item' }],
    'relevant-evidence': [evidenceOf(index, leafHash)],
    collected: at,
  };
}

function evidenceOf(index: number, leafHash: string): unknown {
  return {
    href: '../attestations.jsonl',
    description: `The attestation at index ${index}, leaf hash ${leafHash}.`,
    props: [
      { name: 'index', ns: NAMESPACE, value: String(index) },
      { name: 'leaf-hash', ns: NAMESPACE, value: leafHash },
    ],
  };
}

function entryOf(campaignId: string, { index, leafHash, at, identityId, text }: OscalNote): unknown {
  return {
    uuid: uuidOf('entry', campaignId, index),
    title: line(text),
    description: identityId === undefined ? undefined : line(identityId),
    start: at,
    props: [
      { name: 'index', ns: NAMESPACE, value: String(index) },
      { name: 'leaf-hash', ns: NAMESPACE, value: leafHash },
    ],
  };
}

function findingOf(campaignId: string, identityId: string, controls: readonly string[]): unknown {
  return {
    uuid: uuidOf('finding', campaignId, identityId),
    title: 'Missed review',
    description: `Nobody answered for ${line(identityId)} in time.`,
    target: {
      type: 'objective-id',
      'target-id': controlToken(controls[0] ?? 'access-review'),
      status: { state: 'not-satisfied' },
    },
    'related-risks': [{ 'risk-uuid': uuidOf('risk', campaignId, identityId) }],
  };
}

function riskOf(campaignId: string, identityId: string, isClosed: boolean): unknown {
  return {
    uuid: uuidOf('risk', campaignId, identityId),
    title: 'Access nobody vouches for',
    description: `Nobody answered for ${line(identityId)} in time.`,
    statement: isClosed
      ? 'It was switched off because nobody vouched for it.'
      : 'It can be used although nobody vouches for it.',
    status: isClosed ? 'closed' : 'open',
  };
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

/** A control's id as an OSCAL token: letters, digits, `.`, `-`, `_`, not starting with a digit. */
export function controlToken(control: string): string {
  const token = control.replaceAll(/[^\p{L}\p{N}._-]/gu, '_');
  return /^[\p{L}_]/u.test(token) ? token : `_${token}`;
}

/** One line that is not empty; OSCAL's texts must be. */
function line(value: string): string {
  return value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim() || '-';
}

function text(value: string): string {
  return canonicalFile(value);
}
