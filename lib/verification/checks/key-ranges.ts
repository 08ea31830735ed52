// Ranges are the operator's word; key transitions are in the log. The one must follow from the other.

import type { FactOf } from '../facts/logged-fact.ts';
import type { KeyRing } from '../pack/key-ring.ts';
import type { KeyRangeEntry } from '../pack/pack-files.ts';
import type { Audit } from './audit.ts';

/** Checks where the keys come from. */
export function checkOrigin({ board, keys, options }: Audit, packed: KeyRing): void {
  if (options.trust === undefined) {
    board.skip(
      'keys.origin',
      'Key origin NOT CHECKED: the pack’s own keys were used, so it is only shown to agree with itself.',
      'trust',
    );
    return;
  }
  const strangers = [...packed.attestation.keys()].filter((keyId) => !keys.attestation.has(keyId));
  for (const keyId of strangers)
    board.fail('keys.origin', `The pack brings a key you do not trust: ${keyId}.`);
  board.pass(
    'keys.origin',
    `${keys.attestation.size} attestation keys, ${keys.log.length} log keys, ${keys.witness.length} witness keys of yours.`,
  );
}

/** Checks every bound of every range against the transitions in the pack. */
export function checkKeyRanges(
  { board, keys }: Audit,
  transitions: readonly FactOf<'key-transition'>[],
): void {
  const byIndex = new Map(transitions.map((fact) => [fact.index, fact]));
  for (const range of keys.ranges) {
    checkStart(range, byIndex, (sentence) => board.fail('keys.ranges', sentence));
    checkEnd(range, byIndex, (sentence) => board.fail('keys.ranges', sentence));
  }
  for (const fact of transitions) {
    const { use, fromKeyId } = fact.predicate;
    // Signed by the successor: from here on the old key is retired.
    if (use !== 'attestation' || fact.keyId === fromKeyId) continue;
    const range = keys.ranges.find((each) => each.use === use && each.keyId === fromKeyId);
    if (range?.until === undefined || range.until > fact.index) {
      board.fail(
        'keys.ranges',
        `Row ${fact.index} retires key ${fromKeyId.slice(0, 16)}…, but its range goes on.`,
      );
    }
  }
  const firsts = keys.ranges.filter(({ use, from }) => use === 'attestation' && from === 0);
  if (firsts.length > 1)
    board.fail('keys.ranges', `${firsts.length} attestation keys claim to be the first.`);
  board.pass('keys.ranges', `${keys.ranges.length} ranges, ${transitions.length} transitions.`);
}

type Transitions = ReadonlyMap<number, FactOf<'key-transition'>>;

function checkStart(
  { use, keyId, from }: KeyRangeEntry,
  byIndex: Transitions,
  fail: (sentence: string) => void,
): void {
  if (from === 0) return;
  const fact = byIndex.get(from - 1);
  if (fact?.predicate.use === use && fact.predicate.toKeyId === keyId) return;
  fail(`Key ${keyId.slice(0, 16)}… is said to start at ${from}, but row ${from - 1} does not introduce it.`);
}

function checkEnd(
  { use, keyId, until }: KeyRangeEntry,
  byIndex: Transitions,
  fail: (sentence: string) => void,
): void {
  if (until === undefined) return;
  const fact = byIndex.get(use === 'log' ? until - 1 : until);
  if (fact?.predicate.use === use && fact.predicate.fromKeyId === keyId) return;
  fail(`Key ${keyId.slice(0, 16)}… is said to end at ${until}, but no transition there retires it.`);
}
