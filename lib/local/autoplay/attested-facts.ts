// What the attestations of the quarter say, counted from their own signed bytes.
import * as z from 'zod';
import { decodeEnvelope } from '../../domain/attestation/bytes/envelope.ts';
import { utf8Bytes, utf8Text } from '../../domain/attestation/bytes/text-bytes.ts';
import type { LocalStack } from '../stack.ts';

/** Counts over attestations. */
export interface AttestedFacts {
  readonly attestations: number;
  /** By short name of the predicate: `decision`, `no-response`, … */
  readonly byPredicate: Readonly<Record<string, number>>;
  /** Verdicts that hand an item on: events, not outcomes. */
  readonly events: { readonly reassign: number; readonly 'not-mine': number };
}

const Stated = z.object({
  predicateType: z.string(),
  predicate: z.object({ verdict: z.string().optional(), supersedes: z.string().optional() }),
});

/** Counts envelopes, each as signed. A second person's "no" is stated as not-mine too, but passes nothing on. */
export async function countAttested(envelopes: AsyncIterable<string>): Promise<AttestedFacts> {
  const byPredicate: Record<string, number> = {};
  const events = { reassign: 0, 'not-mine': 0 };
  let attestations = 0;
  for await (const envelope of envelopes) {
    const { predicateType, predicate } = Stated.parse(
      JSON.parse(utf8Text(decodeEnvelope(utf8Bytes(envelope)).body)),
    );
    const name = /\/attestation\/([a-z-]+)\/v\d+$/.exec(predicateType)?.[1] ?? predicateType;
    attestations += 1;
    byPredicate[name] = (byPredicate[name] ?? 0) + 1;
    const passesOn = name === 'decision' && predicate.supersedes === undefined;
    if (passesOn && predicate.verdict === 'reassign') events.reassign += 1;
    if (passesOn && predicate.verdict === 'not-mine') events['not-mine'] += 1;
  }
  return { attestations, byPredicate, events };
}

/** Every attestation there is: those in the ledger, then those that wait to be sealed. */
export async function* everyEnvelope({ environment: { store }, ledger }: LocalStack): AsyncIterable<string> {
  const view = await ledger.view();
  for await (const { envelope } of view.leaves()) yield envelope;
  for (let shard = 0; shard < store.inboxShards; shard += 1) {
    let cursor: string | undefined;
    do {
      const page = await store.inbox(shard, { cursor, limit: 100 });
      for (const { envelope } of page.entries) yield envelope;
      cursor = page.next;
    } while (cursor !== undefined);
  }
}
