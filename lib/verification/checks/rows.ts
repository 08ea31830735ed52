// Every row of the pack, once, in order: hash, place in the log, envelope, signature, key range, statement, time.
import { decodeEnvelopeText, type OpenedEnvelope } from '../../domain/attestation/bytes/envelope.ts';
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { IntegrityError, InvalidInputError } from '../../domain/errors.ts';
import { DAY_MS, instantOf, millisOf } from '../../domain/time.ts';
import { type LoggedFact, readFact } from '../facts/logged-fact.ts';
import { leafHasher } from '../history/log-tree.ts';
import { maySign } from '../pack/key-ring.ts';
import { AttestationLine, isAboutCampaigns, PACK_FILES } from '../pack/pack-files.ts';
import { type Line, readLines } from '../pack/read-bytes.ts';
import type { Audit, KnownHead } from './audit.ts';
import { placeByProof, placeByRoot, type RowChecks } from './row-places.ts';
import { slidingWindow } from './sliding-window.ts';

/** How many signatures are under way at once. */
const WINDOW = 1024;

/** What reading the rows leaves behind. */
export interface RowsRead {
  readonly rows: number;
}

/** Checks all rows. Never holds more than a window of them. */
export async function checkRows(audit: Audit, checks: RowChecks): Promise<RowsRead> {
  const { board, source, manifest } = audit;
  const { head } = checks;
  const whole = manifest.range?.from === 0 && manifest.range.to === head.size && manifest.rows === head.size;
  const place = whole ? placeByRoot(audit, checks) : placeByProof(audit, checks);
  const order = sequenceOf(audit, head);
  const clock = timeCheck(audit, checks.history);
  const signing = signatureWindow(audit);
  const hashOf = leafHasher();
  let rows = 0;
  for await (const line of readLines(source, PACK_FILES.attestations, (chunk) => audit.read(chunk.length))) {
    rows += 1;
    const row = readRow(audit, line);
    if (row === undefined) {
      await place.lost();
      continue;
    }
    order.next(row.index);
    const hash = hashOf(row.envelope);
    if (hash !== row.leafHash) {
      board.fail(
        'rows.unaltered',
        `Row ${row.index} was edited: its envelope does not hash to its leaf hash.`,
      );
    }
    await place.next(row.index, hash);
    const opened = openEnvelope(audit, row);
    if (opened === undefined) continue;
    await signing.check(row.index, opened);
    const fact = readFact(opened, {
      index: row.index,
      leafHash: row.leafHash,
      keyId: opened.signatures[0]?.keyId ?? '',
    });
    if (typeof fact === 'string') {
      board.fail('rows.statement', `Row ${row.index} ${fact}.`);
      continue;
    }
    clock.next(fact);
    checks.onFact(fact);
  }
  await signing.finish();
  order.finish(rows);
  await place.finish();
  passRows(audit, rows);
  return { rows };
}

function passRows({ board, manifest }: Audit, rows: number): void {
  if (rows !== manifest.rows) {
    board.fail('rows.sequence', `pack.json counts ${manifest.rows} rows, there are ${rows}.`);
  }
  board.pass('rows.readable', `${rows} rows.`);
  board.pass('rows.unaltered', `${rows} leaf hashes.`);
  board.pass('rows.envelope', `${rows} envelopes.`);
  board.pass('rows.signature', `${rows} signatures.`);
  board.pass('rows.key-range', `${rows} signatures.`);
  board.pass('rows.statement', `${rows} statements.`);
}

function readRow({ board }: Audit, { bytes, number }: Line): AttestationLine | undefined {
  try {
    const parsed = AttestationLine.safeParse(parseStrictJson(bytes));
    if (parsed.success) return parsed.data;
    board.fail('rows.readable', `Line ${number} of attestations.jsonl is no row.`);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    board.fail('rows.readable', `Line ${number} of attestations.jsonl: ${error.message}`);
  }
  return undefined;
}

function openEnvelope({ board }: Audit, row: AttestationLine): OpenedEnvelope | undefined {
  try {
    return decodeEnvelopeText(row.envelope);
  } catch (error) {
    if (!(error instanceof IntegrityError || error instanceof InvalidInputError)) throw error;
    board.fail('rows.envelope', `Row ${row.index}: ${error.message}`);
    return undefined;
  }
}

/** Signatures run on other threads; at most a window of them is waited for. */
function signatureWindow({ board, keys, options }: Audit) {
  const one = async (index: number, { signatures, preAuthEncoding }: OpenedEnvelope): Promise<void> => {
    for (const { keyId, signature } of signatures) {
      const spki = keys.attestation.get(keyId);
      if (spki === undefined) {
        board.fail('rows.signature', `Row ${index} is signed by an unknown key ${keyId.slice(0, 16)}….`);
      } else if (!(await options.signatures.checkP256(spki, preAuthEncoding, signature))) {
        board.fail('rows.signature', `Row ${index} has a wrong signature.`);
      } else if (!maySign(keys.ranges, 'attestation', keyId, index)) {
        board.fail(
          'rows.key-range',
          `Row ${index} is signed by key ${keyId.slice(0, 16)}… outside its range: a retired key, or one not yet introduced.`,
        );
      }
    }
  };
  const window = slidingWindow(WINDOW);
  return {
    check: (index: number, opened: OpenedEnvelope): Promise<void> => window.begin(() => one(index, opened)),
    finish: () => window.finish(),
  };
}

/** Rows in order, none twice, and none missing of the range the pack claims. */
function sequenceOf({ board, manifest }: Audit, head: KnownHead) {
  const { range } = manifest;
  let last = -1;
  let inRange = 0;
  if (manifest.scope.by === 'log' && (range?.from !== 0 || range.to !== head.size)) {
    board.fail(
      'rows.sequence',
      'The pack claims the whole log but not the range from its first entry to its head.',
    );
  }
  return {
    next(index: number): void {
      if (index <= last)
        board.fail('rows.sequence', `Row ${index} follows row ${last}: repeated or out of order.`);
      if (range && index >= range.from && index < range.to) {
        const expected = Math.max(last + 1, range.from);
        if (index > expected) {
          board.fail(
            'rows.sequence',
            index === expected + 1
              ? `Row ${expected} is missing.`
              : `Rows ${expected} to ${index - 1} are missing.`,
          );
        }
        inRange += 1;
      }
      if (index >= head.size)
        board.fail('rows.sequence', `Row ${index} is past the head of ${head.size} entries.`);
      last = Math.max(last, index);
    },
    finish(rows: number): void {
      if (range === undefined) {
        const chosen = `${rows} chosen rows of a log of ${head.size}`;
        // What a campaign must have is counted by its closing: campaign.complete.
        if (isAboutCampaigns(manifest)) board.pass('rows.sequence', `${chosen}; see campaign.complete.`);
        else board.skip('rows.sequence', `Completeness NOT CHECKED: the pack holds ${chosen}.`);
        return;
      }
      const ended = Math.max(last + 1, range.from);
      if (ended < range.to)
        board.fail('rows.sequence', `The tail was dropped: rows ${ended} to ${range.to - 1} are missing.`);
      board.pass('rows.sequence', `All ${inRange} rows from ${range.from} up to ${range.to}.`);
    },
  };
}

/** A statement's time must lie between the neighbouring cosignatures, a day more or less. */
function timeCheck({ board }: Audit, history: readonly KnownHead[]) {
  const timed = history.filter(({ cosignedAt }) => cosignedAt !== undefined);
  if (timed.length === 0)
    board.skip('rows.time', 'Without a witness’s times nobody can tell when a row was logged.', 'witness');
  else board.pass('rows.time', `Between ${timed.length} cosigned checkpoints, give or take 24 hours.`);
  let upper = 0;
  return {
    next({ index, at, name }: LoggedFact): void {
      while (upper < timed.length && (timed[upper]?.size ?? 0) <= index) upper += 1;
      const [before, after] = [timed[upper - 1]?.cosignedAt, timed[upper]?.cosignedAt];
      const time = millisOf(at);
      if (before !== undefined && time < before * 1000 - DAY_MS) {
        board.fail(
          'rows.time',
          `Row ${index} (${name}) is backdated: it says ${at}, but was logged after ${instantOf(before * 1000)}.`,
        );
      }
      if (after !== undefined && time > after * 1000 + DAY_MS) {
        board.fail(
          'rows.time',
          `Row ${index} (${name}) is postdated: it says ${at}, but was logged before ${instantOf(after * 1000)}.`,
        );
      }
    },
  };
}
