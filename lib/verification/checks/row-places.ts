// Where a row stands in the log: by the root of all rows, or by a path of its own.
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { base64Bytes, hexText, sameBytes } from '../../domain/attestation/bytes/text-bytes.ts';
import {
  EMPTY_FRONTIER,
  extendFrontier,
  type Frontier,
  rootOfFrontier,
} from '../../domain/attestation/log/frontier.ts';
import { verifyInclusion } from '../../domain/attestation/log/verify-proof.ts';
import type { LoggedFact } from '../facts/logged-fact.ts';
import { PACK_FILES, ProofLine } from '../pack/pack-files.ts';
import { readLines } from '../pack/read-bytes.ts';
import type { Audit, KnownHead } from './audit.ts';
import { compareHeads, type HeldHead } from './heads.ts';

/** Where rows are checked against. */
export interface RowChecks {
  readonly head: KnownHead;
  readonly history: readonly KnownHead[];
  readonly held: readonly HeldHead[];
  /** Told of every fact that could be read, in order. */
  readonly onFact: (fact: LoggedFact) => void;
}

/** Checks places, row by row. */
export interface Placing {
  next(index: number, hash: Uint8Array): Promise<void>;
  /** A row that could not be read took this place. */
  lost(): Promise<void>;
  finish(): Promise<void>;
}

/** The whole log: its root, and its root at every size somebody vouches for, follow from the rows. */
export function placeByRoot(audit: Audit, { head, history, held }: RowChecks): Placing {
  const { board } = audit;
  const sizes = new Set([...history, ...held, head].map(({ size }) => size));
  let frontier: Frontier = EMPTY_FRONTIER;
  let batch: Uint8Array[] = [];
  let broken = false;
  const flush = (): void => {
    frontier = extendFrontier(frontier, batch);
    batch = [];
    if (!sizes.has(frontier.size) || broken) return;
    const root = rootOfFrontier(frontier);
    for (const each of history) {
      if (each.size === frontier.size && each.size !== head.size && !sameBytes(each.root, root)) {
        board.fail(
          'log.root',
          `The rows up to ${each.size} do not give the root of the checkpoint of that size.`,
        );
      }
    }
    for (const each of held) if (each.size === frontier.size) compareHeads(audit, each.name, each, root);
  };
  return {
    async next(_index, hash) {
      batch.push(hash);
      if (batch.length >= 1024 || sizes.has(frontier.size + batch.length)) flush();
    },
    async lost() {
      broken = true;
    },
    async finish() {
      flush();
      const right = !broken && frontier.size === head.size && sameBytes(rootOfFrontier(frontier), head.root);
      if (right)
        board.pass(
          'log.root',
          `${frontier.size} rows give the signed root ${hexText(head.root).slice(0, 16)}….`,
        );
      else
        board.fail(
          'log.root',
          'The rows do not give the root the log signed: rows were edited, dropped, added or put in another order.',
        );
      for (const each of held) {
        if (each.size > frontier.size)
          board.fail('log.against', `The rows end before the ${each.size} entries of ${each.name}.`);
      }
    },
  };
}

/** Chosen rows: each has its own path to the root. */
export function placeByProof(audit: Audit, { head, held }: RowChecks): Placing {
  const { board, source } = audit;
  const lines = source.has(PACK_FILES.proofs)
    ? readLines(source, PACK_FILES.proofs, (chunk) => audit.read(chunk.length))
    : undefined;
  let proven = 0;
  const nextProof = async (): Promise<ProofLine | undefined> => {
    const line = await lines?.next();
    if (line === undefined || line.done === true) return undefined;
    const parsed = ProofLine.safeParse(parseStrictJson(line.value.bytes));
    return parsed.success ? parsed.data : undefined;
  };
  return {
    async next(index, hash) {
      const proof = await nextProof();
      if (proof?.index !== index) {
        board.fail('log.root', `Row ${index} comes without its inclusion proof.`);
        return;
      }
      const claim = {
        index,
        size: head.size,
        leafHash: hash,
        path: proof.path.map(base64Bytes),
        root: head.root,
      };
      if (verifyInclusion(claim)) proven += 1;
      else board.fail('log.root', `Row ${index} is not in the log the head signs.`);
    },
    async lost() {
      await nextProof();
    },
    async finish() {
      await lines?.return(undefined);
      board.pass('log.root', `${proven} inclusion proofs.`);
      for (const { name, size } of held) {
        board.skip(
          'log.against',
          `${name}: this pack of chosen rows holds no proof from its size ${size}; ask for a pack of the whole log.`,
        );
      }
    },
  };
}
