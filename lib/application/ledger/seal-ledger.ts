// The sequencer: moves durable, unordered attestations into the log and signs its head. Any number of passes may run
// at once, and any may stop anywhere: reservations make them agree (docs/decisions/0003-insert-only-ledger.md).
import { hexBytes, hexText } from '../../domain/attestation/bytes/text-bytes.ts';
import { appendLeaves } from '../../domain/attestation/log/append-leaves.ts';
import type { Alarm } from '../ports/alarm.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReservationRow } from '../ports/ledger-rows.ts';
import { type Batch, type ChooseDeps, chooseBatch, type SetAside } from './choose-batch.ts';
import { type FinishDeps, finishPass, removeFromInbox } from './finish-pass.ts';
import { readEdge } from './log-edge.ts';
import { movePlace, type Place, readPlace } from './pointers.ts';

/** What the sequencer needs. */
export interface SealDeps extends ChooseDeps, FinishDeps {
  readonly clock: Clock;
  readonly alarm: Alarm;
}

const NOTHING_CHOSEN: Batch = { chosen: [], sealedBefore: [], setAside: [] };

/** What one pass did. */
export interface PassReport {
  /** `idle`: nothing was waiting that may be sealed. */
  readonly outcome: 'sealed' | 'idle';
  readonly head: Place;
  /** Leaves of the reservation it finished, its own or another pass's. */
  readonly leaves: number;
  /** False when another pass had moved the head already. */
  readonly movedHead: boolean;
  readonly setAside: readonly SetAside[];
}

/**
 * Makes the use case: one pass, at most 1,000 leaves. Attestations that may not be sealed stay in the inbox and raise
 * an alarm. @throws IntegrityError when the ledger contradicts itself; nothing is signed then
 */
export function sealLedger(deps: SealDeps): () => Promise<PassReport> {
  return async () => {
    // Strongly, and before the inbox: what was sealed below this head has left the inbox, or is a replay.
    const head = await readPlace(deps.store, 'sealed');
    const unfinished = await deps.ledger.get('reservation', { size: head.size });
    if (unfinished !== undefined) return finish(deps, head, unfinished, NOTHING_CHOSEN);
    const batch = await chooseBatch(deps, head.size);
    await removeFromInbox(deps.store, batch.sealedBefore);
    await alarmOf(deps.alarm, batch);
    if (batch.chosen.length === 0) {
      return { outcome: 'idle', head, leaves: 0, movedHead: false, setAside: batch.setAside };
    }
    const reservation = await reserve(deps, head, batch);
    return finish(deps, head, reservation, batch);
  };
}

/** The reservation that follows the head: this pass's own, or that of whoever was first. */
async function reserve(deps: SealDeps, head: Place, { chosen }: Batch): Promise<ReservationRow> {
  const leaves = chosen.map(({ record: { attestationId, receivedAt }, leafHash }) => ({
    attestationId,
    receivedAt,
    leafHash,
  }));
  const { edge, root } = appendLeaves(
    await readEdge(deps.ledger, head),
    leaves.map(({ leafHash }) => hexBytes(leafHash)),
  );
  const own: ReservationRow = {
    size: head.size,
    newSize: edge.size,
    newRoot: hexText(root),
    sealedAt: deps.clock.now(),
    leaves,
  };
  const [first] = await deps.ledger.insert('reservation', [own]);
  return first ?? own;
}

async function finish(
  deps: SealDeps,
  head: Awaited<ReturnType<typeof readPlace>>,
  reservation: ReservationRow,
  { chosen, setAside }: Batch,
): Promise<PassReport> {
  await finishPass(
    deps,
    head,
    reservation,
    chosen.map(({ record }) => record),
  );
  const { newSize: size, newRoot: root, sealedAt } = reservation;
  const next = { size, root, sealedAt };
  const movedHead = await movePlace(deps.store, 'sealed', head, next, deps.clock.now());
  return { outcome: 'sealed', head: next, leaves: reservation.leaves.length, movedHead, setAside };
}

async function alarmOf(alarm: Alarm, { setAside: [first, ...others] }: Batch): Promise<void> {
  if (first === undefined) return;
  await alarm.raise({
    code: 'UNSEALABLE',
    message: `Attestation ${first.attestationId} ${first.why} and stays out of the log${others.length > 0 ? `, as do ${others.length} others` : ''}.`,
    details: { attestationId: first.attestationId, count: others.length + 1 },
  });
}
