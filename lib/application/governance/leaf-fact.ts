// What a sealed attestation says, parsed as its predicate. The ledger's own bytes, but still parsed: a row can be corrupt.
import { decodeEnvelope } from '../../domain/attestation/bytes/envelope.ts';
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { utf8Bytes, utf8Text } from '../../domain/attestation/bytes/text-bytes.ts';
import {
  PREDICATES,
  type PredicateBody,
  type PredicateName,
  predicateNameOf,
} from '../../domain/attestation/predicates/registry.ts';
import { Statement } from '../../domain/attestation/statement.ts';
import type { LeafRow } from '../ports/ledger-rows.ts';

/** A fact as its leaf has it. */
export type LeafFact = {
  [N in PredicateName]: {
    readonly name: N;
    readonly subject: { readonly name: string; readonly sha256: string };
    readonly predicate: PredicateBody<N>;
  };
}[PredicateName];

/** Reads a leaf; undefined for a predicate this release does not know. @throws ZodError, IntegrityError when malformed */
export function factInLeaf({ envelope }: LeafRow): LeafFact | undefined {
  const { body } = decodeEnvelope(utf8Bytes(envelope));
  const { subject, predicateType, predicate } = Statement.parse(parseStrictJson(utf8Text(body)));
  const name = predicateNameOf(predicateType);
  if (name === undefined) return undefined;
  const [{ name: subjectName, digest }] = subject;
  const parsed = PREDICATES[name].parse(predicate);
  return { name, subject: { name: subjectName, sha256: digest.sha256 }, predicate: parsed } as LeafFact;
}
