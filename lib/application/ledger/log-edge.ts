// The growing edge of the log, as stored: read to append, so that earlier entries are never read again.

import { DIGEST_BYTES } from '../../domain/attestation/bytes/sha256.ts';
import { base64Bytes, base64Text, concatBytes, hexText } from '../../domain/attestation/bytes/text-bytes.ts';
import { EMPTY_EDGE, frontierOf, type LogEdge } from '../../domain/attestation/log/append-leaves.ts';
import { rootOfFrontier } from '../../domain/attestation/log/frontier.ts';
import { IntegrityError } from '../../domain/errors.ts';
import type { EdgeRow } from '../ports/ledger-rows.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';

/** The row of an edge. */
export function edgeRow({ size, levels }: LogEdge): EdgeRow {
  return { size, levels: levels.map((hashes) => base64Text(concatBytes(hashes))) };
}

/**
 * The edge of the tree of `size`.
 * @throws IntegrityError `CORRUPT_RECORD` when it is missing, `ROOT_MISMATCH` when it is not that of `root`
 */
export async function readEdge(
  ledger: LedgerStore,
  { size, root }: { readonly size: number; readonly root: string },
): Promise<LogEdge> {
  const row = size === 0 ? edgeRow(EMPTY_EDGE) : await ledger.get('edge', { size });
  if (row === undefined) {
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message: `The ledger lacks its edge at ${size}.` });
  }
  const edge = { size, levels: row.levels.map(splitHashes) };
  const found = edgeRoot(edge);
  if (found !== root) {
    const message = `The ledger's edge at ${size} has root ${found}; its head says ${root}.`;
    throw new IntegrityError({ code: 'ROOT_MISMATCH', message });
  }
  return edge;
}

function edgeRoot(edge: LogEdge): string {
  try {
    return hexText(rootOfFrontier(frontierOf(edge)));
  } catch (cause) {
    const message = `The ledger's edge at ${edge.size} cannot be read.`;
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message, cause });
  }
}

function splitHashes(text: string): Uint8Array[] {
  const bytes = base64Bytes(text);
  return Array.from({ length: Math.ceil(bytes.length / DIGEST_BYTES) }, (_, at) =>
    bytes.slice(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES),
  );
}
