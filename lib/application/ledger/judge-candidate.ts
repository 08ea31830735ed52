// Whether a waiting attestation may enter the log. Nothing can leave it again, so forgeries must stay out.
import { decodeEnvelope, STATEMENT_PAYLOAD_TYPE } from '../../domain/attestation/bytes/envelope.ts';
import { hexText, utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { leafHash } from '../../domain/attestation/log/merkle-hash.ts';
import { IntegrityError, InvalidInputError } from '../../domain/errors.ts';
import type { AttestedRecord, InboxRecord } from '../ports/ledger-records.ts';
import { type KeyRange, mayHaveSigned } from './key-ranges.ts';

/** Checks a DER ECDSA P-256/SHA-256 signature; may do so on another thread. */
export type CheckP256 = (
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

/** A waiting attestation whose form and signature are right, before its place in the log is known. */
export interface Candidate {
  readonly record: InboxRecord;
  /** Lowercase hexadecimal. */
  readonly leafHash: string;
  readonly keyId: string;
}

/**
 * Checks form, mark and signature of an attacker-controlled inbox row.
 * @returns the candidate, or a sentence saying why it may never be sealed
 */
export async function examine(
  record: InboxRecord,
  mark: AttestedRecord | undefined,
  ranges: readonly KeyRange[],
  checkP256: CheckP256,
): Promise<Candidate | string> {
  const opened = open(record);
  if (typeof opened === 'string') return opened;
  const { envelope, bytes } = opened;
  const hash = hexText(leafHash(bytes));
  if (mark === undefined) return 'was never marked as attested';
  if (mark.leafHash !== hash) return 'is not the envelope it was marked with';
  const [signature, ...others] = envelope.signatures;
  if (signature === undefined || others.length > 0) return 'does not have exactly one signature';
  const range = ranges.find(({ use, keyId }) => use === 'attestation' && keyId === signature.keyId);
  if (range === undefined) return 'is signed by an unknown key';
  const isSigned = await checkP256(range.publicKey, envelope.preAuthEncoding, signature.signature);
  return isSigned ? { record, leafHash: hash, keyId: signature.keyId } : 'has a wrong signature';
}

function open({ envelope, attestationId }: InboxRecord) {
  if (!/^[0-9a-f]{64}$/.test(attestationId)) return 'has a malformed id';
  try {
    const bytes = utf8Bytes(envelope);
    const opened = decodeEnvelope(bytes);
    return opened.payloadType === STATEMENT_PAYLOAD_TYPE
      ? { envelope: opened, bytes }
      : 'is not an in-toto statement';
  } catch (error) {
    if (error instanceof IntegrityError || error instanceof InvalidInputError) return error.message;
    throw error;
  }
}

/** Whether a candidate may take an index; `wait` when its key is only about to be introduced. */
export type KeyVerdict =
  | { readonly answer: 'seal' | 'wait' }
  | { readonly answer: 'refuse'; readonly why: string };

/** Judges a candidate's key by the index it would get. */
export function judgeKey({ keyId }: Candidate, ranges: readonly KeyRange[], index: number): KeyVerdict {
  const range = ranges.find((each) => each.use === 'attestation' && each.keyId === keyId);
  if (range === undefined) return { answer: 'refuse', why: 'is signed by an unknown key' };
  if (mayHaveSigned(range, index)) return { answer: 'seal' };
  const isRetired = range.until !== undefined && index >= range.until;
  return isRetired ? { answer: 'refuse', why: 'is signed by a retired key' } : { answer: 'wait' };
}
