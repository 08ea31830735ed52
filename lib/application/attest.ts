// Turns a fact into a signed attestation, as writes that belong in the same transaction as the change it attests.

import type { Actor } from '../domain/attestation/actor.ts';
import { canonicalBytes } from '../domain/attestation/bytes/canonical-json.ts';
import { STATEMENT_PAYLOAD_TYPE } from '../domain/attestation/bytes/envelope.ts';
import { signEnvelope } from '../domain/attestation/bytes/sign-envelope.ts';
import { hexText, utf8Text } from '../domain/attestation/bytes/text-bytes.ts';
import { leafHash } from '../domain/attestation/log/merkle-hash.ts';
import { attestationIdOf, type Fact, statementOf } from '../domain/attestation/statement.ts';
import type { Authenticated } from '../domain/review/decision.ts';
import type { Instant } from '../domain/time.ts';
import type { Clock } from './ports/clock.ts';
import { create, type Write } from './ports/review-store.ts';
import type { Pseudonyms } from './ports/secrets.ts';
import type { Signer } from './ports/signer.ts';

/** A signed fact on its way into the store. */
export interface SignedFact {
  readonly attestationId: string;
  /** The permanent mark of the fact and its envelope in the inbox; commit them with the change they attest. */
  readonly writes: readonly Write[];
}

/** Signs facts and names actors. */
export interface Attestor {
  /** Digest of the running build, for every predicate. */
  readonly build: string;
  /** Signs a fact. The same fact twice gives the same id, so the second commit fails on the first one's mark. */
  attest(fact: Fact, at: Instant): Promise<SignedFact>;
  /** The system as actor. */
  readonly system: Actor;
  /** A person as actor, under their pseudonym, with why they may act. */
  person(who: Authenticated, eligibility: string): Actor;
  /** Pseudonym of a person named in a predicate. */
  pseudonym(personId: string): string;
}

/** Makes the attestor. */
export function createAttestor(deps: {
  readonly signer: Signer;
  readonly pseudonyms: Pseudonyms;
  readonly build: string;
  /** Real time: orders the inbox, so that the log tells facts in the order they happened even on a clock that stands still. */
  readonly wallClock?: Clock;
}): Attestor {
  const { signer, pseudonyms, build, wallClock } = deps;
  return {
    build,
    system: { kind: 'system' },
    pseudonym: (personId) => pseudonyms.of(personId),
    person: (who, eligibility) => ({
      kind: 'person',
      pseudonym: pseudonyms.of(who.personId),
      authn: { method: who.method, issuer: who.issuer, at: who.at, evidenceDigest: who.evidenceDigest },
      eligibility,
    }),
    async attest(fact, at) {
      const statement = statementOf(fact);
      const body = canonicalBytes(statement);
      const envelope = await signEnvelope(STATEMENT_PAYLOAD_TYPE, body, signer);
      const attestationId = attestationIdOf(fact);
      return {
        attestationId,
        writes: [
          create('attested', {
            schemaVersion: 1,
            version: 1,
            attestationId,
            predicateType: statement.predicateType,
            at,
            leafHash: hexText(leafHash(envelope)),
          }),
          create('inbox', {
            schemaVersion: 1,
            version: 1,
            attestationId,
            envelope: utf8Text(envelope),
            receivedAt: wallClock?.now() ?? at,
          }),
        ],
      };
    },
  };
}
