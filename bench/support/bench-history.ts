// Attestations as a large campaign leaves them: real statements, really signed.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import type { Signer } from '../../lib/application/ports/signer.ts';
import { canonicalBytes } from '../../lib/domain/attestation/bytes/canonical-json.ts';
import { STATEMENT_PAYLOAD_TYPE } from '../../lib/domain/attestation/bytes/envelope.ts';
import { sha256Hex } from '../../lib/domain/attestation/bytes/sha256.ts';
import { signEnvelope } from '../../lib/domain/attestation/bytes/sign-envelope.ts';
import { utf8Bytes, utf8Text } from '../../lib/domain/attestation/bytes/text-bytes.ts';
import { type Fact, statementOf } from '../../lib/domain/attestation/statement.ts';
import { instantOf } from '../../lib/domain/time.ts';

/** Envelopes and the key they are signed with. */
export interface BenchHistory {
  readonly envelopes: readonly string[];
  readonly publicKey: KeyObject;
  readonly signer: Signer;
}

/** Signs `size` facts: decisions, one an identity, or notices, which need no snapshots. */
export async function benchHistory(
  size: number,
  kind: 'decision' | 'notice' = 'decision',
): Promise<BenchHistory> {
  const key = generateKey('p256');
  const signer = p256Signer(key);
  const envelopes: string[] = [];
  for (let index = 0; index < size; index += 1) {
    const body = canonicalBytes(statementOf(kind === 'decision' ? decision(index) : notice(index)));
    envelopes.push(utf8Text(await signEnvelope(STATEMENT_PAYLOAD_TYPE, body, signer)));
  }
  return { envelopes, publicKey: createPublicKey(key), signer };
}

/** The decision about identity number `index`. */
function decision(index: number): Fact {
  const identityId = `aws-iam/123456789012/service-account/user/service-${index}`;
  const at = instantOf(Date.UTC(2026, 8, 7, 8) + index * 1000);
  const digest = (text: string) => sha256Hex(utf8Bytes(text));
  return {
    name: 'decision',
    subject: { name: identityId, sha256: digest(identityId) },
    step: 'decision/quarterly-20260907',
    ordinal: 0,
    predicate: {
      build: digest('build'),
      actor: {
        kind: 'person',
        pseudonym: digest(`person ${index % 1000}`),
        authn: {
          method: 'slack-signed-interaction',
          issuer: 'slack:T012345',
          at,
          evidenceDigest: digest(`evidence ${index}`),
        },
        eligibility: 'accountable person, found by tag owner',
      },
      at,
      campaignId: 'quarterly-20260907',
      definitionDigest: digest('definition'),
      identityId,
      verdict: 'certify',
      reason: 'Runs the nightly settlement; still needed with this access.',
      recommendation: 'keep',
      tier: 'medium',
      validUntil: instantOf(Date.UTC(2027, 2, 7, 8)),
      awaitingSecond: false,
    },
  };
}

/** Notice number `index`. */
function notice(index: number): Fact {
  const noticeId = sha256Hex(utf8Bytes(`notice ${index}`)).slice(0, 40);
  return {
    name: 'notice',
    subject: { name: `notice/${noticeId}`, sha256: sha256Hex(utf8Bytes(noticeId)) },
    step: 'delivered',
    ordinal: 0,
    predicate: {
      build: sha256Hex(utf8Bytes('build')),
      actor: { kind: 'system' },
      at: instantOf(Date.UTC(2026, 8, 7, 8) + index * 1000),
      noticeId,
      person: sha256Hex(utf8Bytes(`person ${index % 1000}`)),
      channel: 'slack',
      purpose: 'digest',
      campaigns: ['quarterly-20260907'],
      rungs: ['opening'],
      outcome: 'delivered',
      maybeDuplicate: false,
    },
  };
}
