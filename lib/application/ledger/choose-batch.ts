// What the next pass seals: the oldest attestations that may enter the log and are not in it.

import type { InboxRecord } from '../ports/ledger-records.ts';
import { MAX_PASS_LEAVES } from '../ports/ledger-rows.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ReviewStore } from '../ports/review-store.ts';
import { type Candidate, type CheckP256, examine, judgeKey, type KeyVerdict } from './judge-candidate.ts';
import { type KeyBook, keyRanges, readKeyBook, turningPoints } from './key-ranges.ts';
import { readInbox } from './read-inbox.ts';

/** A waiting attestation that stays out of the log until a person has looked at it. */
export interface SetAside {
  readonly attestationId: string;
  readonly why: string;
}

/** What was found in the inbox. */
export interface Batch {
  readonly chosen: readonly Candidate[];
  /** Replayed rows of facts that the log holds already, the very same bytes: to be removed. */
  readonly sealedBefore: readonly InboxRecord[];
  readonly setAside: readonly SetAside[];
}

/** What choosing needs. */
export interface ChooseDeps {
  readonly store: ReviewStore;
  readonly ledger: LedgerStore;
  readonly checkP256: CheckP256;
  /** Leaves a pass, at most `MAX_PASS_LEAVES`. @default MAX_PASS_LEAVES */
  readonly passLeaves?: number;
}

const GROUP = 250;

/** A batch in the making. */
interface Draft {
  readonly size: number;
  readonly limit: number;
  readonly chosen: Candidate[];
  readonly sealedBefore: InboxRecord[];
  readonly setAside: SetAside[];
  readonly ids: Set<string>;
  /** Facts chosen that begin or end a key's range, with the index they will have. */
  readonly turned: Map<string, number>;
}

/** Chooses in deterministic order. `size` is the head's, read before: all facts sealed below it are known as such. */
export async function chooseBatch(deps: ChooseDeps, size: number): Promise<Batch> {
  const limit = Math.min(deps.passLeaves ?? MAX_PASS_LEAVES, MAX_PASS_LEAVES);
  const draft: Draft = {
    size,
    limit,
    chosen: [],
    sealedBefore: [],
    setAside: [],
    ids: new Set(),
    turned: new Map(),
  };
  let group: InboxRecord[] = [];
  for await (const record of readInbox(deps.store)) {
    group.push(record);
    if (group.length < GROUP) continue;
    await judgeGroup(deps, group, draft);
    if (isFull(draft)) return draft;
    group = [];
  }
  if (group.length > 0) await judgeGroup(deps, group, draft);
  return draft;
}

function isFull({ chosen, limit }: Draft): boolean {
  return chosen.length >= limit;
}

async function judgeGroup(deps: ChooseDeps, group: readonly InboxRecord[], draft: Draft): Promise<void> {
  const { store, ledger, checkP256 } = deps;
  // Keys are read after the inbox: whoever retires a key says so in the ledger first and in the inbox second, so a
  // pass that sees the second has seen the first.
  const book = await readKeyBook(ledger);
  const keys = group.map(({ attestationId }) => ({ attestationId }));
  const [marks, sealed] = await Promise.all([
    store.getMany('attested', keys),
    ledger.getMany('sealed', keys),
  ]);
  const ranges = keyRanges(book);
  const examined = await Promise.all(
    group.map((record, at) => examine(record, marks[at], ranges, checkP256)),
  );
  const choose = chooser(book, draft);
  for (const [at, record] of group.entries()) {
    if (isFull(draft)) return;
    const before = sealed[at];
    const verdict = examined[at];
    if (before !== undefined) await placeReplay(ledger, record, before.index, draft);
    else if (verdict !== undefined && !draft.ids.has(record.attestationId)) choose(record, verdict);
  }
}

/** Places what is not sealed yet, by ranges as they will be once what was chosen before it is sealed. */
function chooser(book: KeyBook, draft: Draft): (record: InboxRecord, verdict: Candidate | string) => void {
  const turning = turningPoints(book);
  const rangesNow = () => keyRanges(book, new Map([...book.sealed, ...draft.turned]));
  let ranges = rangesNow();
  return ({ attestationId }, verdict) => {
    const index = draft.size + draft.chosen.length;
    const judged: KeyVerdict =
      typeof verdict === 'string' ? { answer: 'refuse', why: verdict } : judgeKey(verdict, ranges, index);
    if (judged.answer === 'refuse') draft.setAside.push({ attestationId, why: judged.why });
    if (judged.answer !== 'seal' || typeof verdict === 'string') return;
    draft.ids.add(attestationId);
    draft.chosen.push(verdict);
    if (!turning.has(attestationId)) return;
    draft.turned.set(attestationId, index);
    ranges = rangesNow();
  };
}

async function placeReplay(
  ledger: LedgerStore,
  record: InboxRecord,
  index: number,
  draft: Draft,
): Promise<void> {
  // At or past the head another pass is at work on it, and this one will only finish that.
  if (index >= draft.size) return;
  const leaf = await ledger.get('leaf', { index });
  if (leaf?.envelope === record.envelope) draft.sealedBefore.push(record);
  else {
    const why = `is a fact sealed at index ${index} with another envelope`;
    draft.setAside.push({ attestationId: record.attestationId, why });
  }
}
