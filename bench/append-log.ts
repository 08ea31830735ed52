// Appending to the log, hashing alone, against merkletreejs building its tree of the same entries in the same run.
import { createHash } from 'node:crypto';
import { MerkleTree } from 'merkletreejs';
import { appendLeaves, EMPTY_EDGE, type LogEdge } from '../lib/domain/attestation/log/append-leaves.ts';
import { leafHash } from '../lib/domain/attestation/log/merkle-hash.ts';
import type { BenchResult } from './run.ts';

const ENVELOPE_BYTES = 1_500;
/** Entries of one pass of the sequencer. */
const BATCH = 1_000;
const ROUNDS = 3;

/** Passes appended onto the log that is there already. */
const PASSES = 5;

/** The result, and what is left of the ratio when the peer may build all at once and needs no root in between. */
interface AppendLogResult extends BenchResult {
  readonly atOnceRatio: number;
}

/**
 * Unit is leaves a second, appended in passes of 1,000 with a root after each to a log of `size` entries: what a
 * sequencer does. merkletreejs has no append that keeps its inner nodes, so every pass makes it hash its tree anew;
 * `atOnceRatio` compares with its best case, one tree built of all entries. Rounds alternate; the median counts.
 */
export async function run({ size = 100_000 }: { readonly size?: number }): Promise<AppendLogResult> {
  const entries = Array.from({ length: size + PASSES * BATCH }, (_, index) => entryOf(index));
  const before = entries.slice(0, size);
  const added = entries.slice(size);
  const edge = append(EMPTY_EDGE, before);
  const hashed = before.map((entry) => sha256(Buffer.from(entry.buffer)));
  const rates: { ours: number; peer: number; atOnce: number; peerAtOnce: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const tree = new MerkleTree(hashed, sha256);
    rates.push({
      ours: rateOf(added.length, () => append(edge, added)),
      peer: rateOf(added.length, () => appendToPeer(tree, added)),
      atOnce: rateOf(size, () => append(EMPTY_EDGE, before)),
      peerAtOnce: rateOf(size, () => build(before)),
    });
  }
  const ours = median(rates.map((rate) => rate.ours));
  const peer = median(rates.map((rate) => rate.peer));
  const atOnceRatio = median(rates.map((rate) => rate.atOnce / rate.peerAtOnce));
  return { name: 'append-log', ours, peer, ratio: ours / peer, goal: 2.5, unit: 'leaves/s', atOnceRatio };
}

function entryOf(index: number): Uint8Array {
  const entry = new Uint8Array(ENVELOPE_BYTES);
  new DataView(entry.buffer).setUint32(0, index);
  return entry;
}

function append(begun: LogEdge, entries: readonly Uint8Array[]): LogEdge {
  let edge = begun;
  for (let start = 0; start < entries.length; start += BATCH) {
    edge = appendLeaves(edge, entries.slice(start, start + BATCH).map(leafHash)).edge;
  }
  if (edge.size !== begun.size + entries.length) throw new Error(`The log has ${edge.size} entries.`);
  return edge;
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

function appendToPeer(tree: MerkleTree, entries: readonly Uint8Array[]): void {
  for (let start = 0; start < entries.length; start += BATCH) {
    tree.addLeaves(entries.slice(start, start + BATCH).map((entry) => sha256(Buffer.from(entry.buffer))));
    if (tree.getRoot().length !== 32) throw new Error('The peer has no root.');
  }
}

function build(entries: readonly Uint8Array[]): void {
  const tree = new MerkleTree(
    entries.map((entry) => sha256(Buffer.from(entry.buffer))),
    sha256,
  );
  if (tree.getRoot().length !== 32) throw new Error('The peer built no tree.');
}

function rateOf(size: number, work: () => void): number {
  const start = performance.now();
  work();
  return (size / (performance.now() - start)) * 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
