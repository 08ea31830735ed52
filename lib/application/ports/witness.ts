// A witness: somebody with a key and a memory of their own, who cosigns only heads that extend the last one they saw.
import * as z from 'zod';
import type { VerifierKey } from '../../domain/attestation/log/verifier-key.ts';
import type { Instant } from '../../domain/time.ts';

const Size = z.int().nonnegative();
const Base64Hash = z.base64().length(44);

/** A log's request for a cosignature (after c2sp.org/tlog-witness `add-checkpoint`). Attacker-controlled. */
export const CosignRequest = z.strictObject({
  /** The size the log believes the witness saw last. */
  oldSize: Size,
  /** Consistency proof from `oldSize` to the checkpoint's size; empty when they are equal or `oldSize` is 0. */
  proof: z.array(Base64Hash).max(63),
  /** The signed note. */
  note: z.string().max(65_535),
});
export type CosignRequest = z.infer<typeof CosignRequest>;

/** A cosignature line, or the size the witness really saw last: prove from there. */
export const CosignAnswer = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('cosigned'), line: z.string().max(4096) }),
  z.strictObject({ outcome: z.literal('conflict'), size: Size }),
]);
export type CosignAnswer = z.infer<typeof CosignAnswer>;

/** A witness as the log sees it: a function in another account, by configuration. */
export interface Witness {
  /** Its public key; the name is that on its signature lines. */
  readonly key: VerifierKey;
  /**
   * @throws IntegrityError `FORK` when it refuses the head as inconsistent with what it saw, `SIGNATURE` when the note
   * is not the log's; UpstreamError when it cannot be reached
   */
  cosign(request: CosignRequest): Promise<CosignAnswer>;
}

/** A head a witness has accepted. */
export interface SeenHead {
  readonly origin: string;
  /** 1 for the first head of a log, then one more each. */
  readonly sequence: number;
  readonly size: number;
  /** Lowercase hexadecimal. */
  readonly root: string;
  readonly note: string;
  readonly seenAt: Instant;
}

/** The witness's own memory. Heads are added, never changed. Adapters: memory, a folder, DynamoDB (a table of its own). */
export interface WitnessStore {
  /** The newest head of a log, strongly consistent. */
  last(origin: string): Promise<SeenHead | undefined>;
  /** Adds a head. False when its sequence is taken: somebody else was first. */
  add(head: SeenHead): Promise<boolean>;
}
