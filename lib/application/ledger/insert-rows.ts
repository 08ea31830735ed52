// Inserting what may be there already: two passes write the same rows, or history has split.
import { canonicalText } from '../../domain/attestation/bytes/canonical-json.ts';
import { IntegrityError } from '../../domain/errors.ts';
import type { LedgerKind, LedgerRows } from '../ports/ledger-rows.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';

/**
 * Inserts rows; one that exists already must be equal.
 * @throws IntegrityError `FORK` when the ledger holds another row in the place of one of these
 */
export async function insertRows<K extends LedgerKind>(
  ledger: LedgerStore,
  kind: K,
  rows: readonly LedgerRows[K][],
): Promise<void> {
  if (rows.length === 0) return;
  const existing = await ledger.insert(kind, rows);
  rows.forEach((row, at) => {
    const other = existing[at];
    if (other !== undefined) refuseOther(kind, row, other);
  });
}

function refuseOther<K extends LedgerKind>(kind: K, row: LedgerRows[K], other: LedgerRows[K]): void {
  const [wanted, found] = [canonicalText(row), canonicalText(other)];
  if (wanted === found) return;
  throw new IntegrityError({
    code: 'FORK',
    message: `The ledger holds another ${kind} row in this place: ${shorten(found)} instead of ${shorten(wanted)}.`,
  });
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
