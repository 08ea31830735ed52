// An attestation's body: an in-toto Statement v1 about one file, with one of our predicates.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import {
  PREDICATES,
  type PredicateBody,
  type PredicateName,
  predicateTypeOf,
} from './predicates/registry.ts';

/** in-toto Statement v1 (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md), exactly one subject. */
export const Statement = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.tuple([
    z.strictObject({
      name: z.string(),
      digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    }),
  ]),
  predicateType: z.url(),
  predicate: z.record(z.string(), z.json()),
});
export type Statement = z.infer<typeof Statement>;

/** One fact to attest. `step` and `ordinal` tell apart repeated facts of one kind about one subject. */
export type Fact = {
  [N in PredicateName]: {
    readonly name: N;
    readonly subject: { readonly name: string; readonly sha256: string };
    readonly step: string;
    readonly ordinal: number;
    readonly predicate: PredicateBody<N>;
  };
}[PredicateName];

/** The statement of a fact. @throws ZodError when the predicate does not fit its schema. */
export function statementOf(fact: Fact): Statement {
  return Statement.parse({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: fact.subject.name, digest: { sha256: fact.subject.sha256 } }],
    predicateType: predicateTypeOf(fact.name),
    predicate: JSON.parse(JSON.stringify(PREDICATES[fact.name].parse(fact.predicate))),
  });
}

/**
 * The fact's name: SHA-256 (hex) over type, subject, step and ordinal, not over the envelope, because ECDSA signatures
 * differ on a retry and the fact does not (attestation-format.md §1).
 */
export function attestationIdOf(fact: Pick<Fact, 'name' | 'subject' | 'step' | 'ordinal'>): string {
  const parts = [
    predicateTypeOf(fact.name),
    fact.subject.name,
    fact.subject.sha256,
    fact.step,
    String(fact.ordinal),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
