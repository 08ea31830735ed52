// What a pack holds: file names and the shapes of their lines (docs/attestation-format.md §3).
import * as z from 'zod';
import { KeyId } from '../../domain/attestation/bytes/key-id.ts';
import { Instant } from '../../domain/time.ts';

/** Fixed names. */
export const PACK_FILES = {
  readme: 'README.txt',
  manifest: 'pack.json',
  checkpoint: 'checkpoint',
  attestations: 'attestations.jsonl',
  ids: 'attestation-ids.jsonl',
  proofs: 'proofs.jsonl',
  checkpoints: 'checkpoints.jsonl',
  keyRanges: 'keys/ranges.json',
  logKeys: 'keys/log.vkey',
  witnessKeys: 'keys/witness.vkey',
  population: 'population.csv',
  ipe: 'ipe.json',
  reconciliation: 'reconciliation.csv',
  reviews: 'reviews.csv',
  notices: 'notices.csv',
  toolChanges: 'tool-changes.csv',
  toolAccess: 'tool-access.csv',
  exceptions: 'exceptions.csv',
  metrics: 'metrics.json',
  oscalPlan: 'oscal/assessment-plan.json',
  oscalResults: 'oscal/assessment-results.json',
  people: 'people.json',
} as const;

/** Files named by the SHA-256 of their exact bytes, by what they are. */
export const filesByDigest = {
  snapshot: (digest: string) => `snapshots/${digest}.json`,
  population: (digest: string) => `populations/${digest}.jsonl`,
  reconciliation: (digest: string) => `reconciliations/${digest}.jsonl`,
  definition: (digest: string) => `definitions/${digest}.json`,
  report: (digest: string) => `raw/${digest}.json`,
  inventory: (digest: string) => `raw/${digest}.jsonl`,
  /** Names people: may have been erased, as `people.json`. */
  directory: (digest: string) => `raw/directory-${digest}.json`,
  noticeList: (digest: string) => `notices/${digest}.json`,
} as const;

const Size = z.int().nonnegative();
const Hex32 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a pack is about. */
export const PackScope = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('log') }),
  z.strictObject({ by: z.literal('campaign'), campaignId: z.string() }),
  z.strictObject({ by: z.literal('identity'), identityId: z.string() }),
  z.strictObject({ by: z.literal('control'), control: z.string() }),
  /** `since` inclusive, `until` exclusive, by the time of the fact. */
  z.strictObject({ by: z.literal('time'), since: Instant, until: Instant }),
]);
export type PackScope = z.infer<typeof PackScope>;

/** `pack.json`: what the pack says it is. Nothing in it is trusted; the checks find out. */
export const PackManifest = z.strictObject({
  format: z.literal('countersign-pack/v1'),
  origin: z.string(),
  exportedAt: Instant,
  scope: PackScope,
  log: z.strictObject({ size: Size, root: Hex32 }),
  rows: Size,
  /** Rows with these indexes are all here; absent where only rows about the scope were chosen. */
  range: z.strictObject({ from: Size, to: Size }).optional(),
  campaigns: z.array(z.string()),
});
export type PackManifest = z.infer<typeof PackManifest>;

/** Whether a pack must hold everything about its campaigns, populations included. */
export function isAboutCampaigns({ scope }: Pick<PackManifest, 'scope'>): boolean {
  return scope.by === 'campaign' || scope.by === 'control' || scope.by === 'log';
}

/** A line of `attestations.jsonl`. */
export const AttestationLine = z.strictObject({ index: Size, leafHash: Hex32, envelope: z.string() });
export type AttestationLine = z.infer<typeof AttestationLine>;

/** A line of `attestation-ids.jsonl`: the service's own name of the fact, by which later facts refer to it. */
export const AttestationIdLine = z.strictObject({ index: Size, attestationId: Hex32 });

const Hashes = z.array(z.base64().length(44)).max(64);

/** A line of `proofs.jsonl`: inclusion path to the root of `checkpoint`, sibling of the leaf first. */
export const ProofLine = z.strictObject({ index: Size, path: Hashes });
export type ProofLine = z.infer<typeof ProofLine>;

/** A line of `checkpoints.jsonl`: a note, and the proof that it extends the line before; the last is the head. */
export const CheckpointLine = z.strictObject({ note: z.string().max(65_535), consistency: Hashes });

/** A line of `keys/ranges.json`. Indexes for attestation keys, tree sizes for log keys; `until` exclusive. */
export const KeyRangeEntry = z.strictObject({
  use: z.enum(['attestation', 'log']),
  keyId: KeyId,
  from: Size,
  until: Size.optional(),
});
export type KeyRangeEntry = z.infer<typeof KeyRangeEntry>;

/** `keys/ranges.json`. */
export const KeyRanges = z.array(KeyRangeEntry).max(10_000);

/** Name of an attestation key's file. */
export function keyFile(keyId: string): string {
  return `keys/${keyId}.pem`;
}
