// Where a row stands in the log: by the root of all rows, or by a path of its own.
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { base64Bytes, hexBytes, hexText } from '../../domain/attestation/bytes/text-bytes.ts';
import { verifyInclusion } from '../../domain/attestation/log/verify-proof.ts';
import type { LoggedFact } from '../facts/logged-fact.ts';
import { logTree } from '../history/log-tree.ts';
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
  /** The leaf hash is lowercase hexadecimal. */
  next(index: number, hash: string): Promise<void>;
  /** A row that could not be read took this place. */
  lost(): Promise<void>;
  finish(): Promise<void>;
}

/** The whole log: its root, and its root at every size somebody vouches for, follow from the rows. */
export function placeByRoot(audit: Audit, { head, history, held }: RowChecks): Placing {
  const { board } = audit;
  const vouchedFor = Map.groupBy([...history, ...held], ({ size }) => size);
  const tree = logTree();
  let broken = false;
  const compareAt = (root: string): void => {
    for (const each of vouchedFor.get(tree.size) ?? []) {
      if ('name' in each && typeof each.name === 'string')
        compareHeads(audit, each.name, each, hexBytes(root));
      else if (each.size !== head.size && hexText(each.root) !== root) {
        board.fail(
          'log.root',
          `The rows up to ${each.size} do not give the root of the checkpoint of that size.`,
        );
      }
    }
  };
  return {
    async next(_index, hash) {
      tree.addLeaf(hash);
      if (!broken && vouchedFor.has(tree.size)) compareAt(tree.root());
    },
    async lost() {
      broken = true;
    },
    async finish() {
      const right = !broken && tree.size === head.size && tree.root() === hexText(head.root);
      if (right)
        board.pass('log.root', `${tree.size} rows give the signed root ${tree.root().slice(0, 16)}….`);
      else {
        board.fail(
          'log.root',
          'The rows do not give the root the log signed: rows were edited, dropped, added or put in another order.',
        );
      }
      for (const { name, size } of held) {
        if (size > tree.size)
          board.fail('log.against', `The rows end before the ${size} entries of ${name}.`);
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
        leafHash: hexBytes(hash),
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
