// Writes an evidence pack: everything an auditor needs to check the reviews without us, and nothing that has to be believed.
import type { Environment } from '../application/environment.ts';
import { utf8Bytes } from '../domain/attestation/bytes/text-bytes.ts';
import { parseCheckpoint } from '../domain/attestation/log/checkpoint.ts';
import { parseNote } from '../domain/attestation/log/signed-note.ts';
import type { VerifierKey } from '../domain/attestation/log/verifier-key.ts';
import { RefusedError } from '../domain/errors.ts';
import { emptyFindings, type Findings, gather } from '../verification/checks/findings.ts';
import { factOfRow } from '../verification/facts/logged-fact.ts';
import type { PackManifest, PackScope } from '../verification/pack/pack-files.ts';
import type { LedgerReader } from './ledger-reader.ts';
import type { PackSink } from './pack-sink.ts';
import { type PeopleNamed, type PeopleSource, peopleNamedIn } from './people-file.ts';
import { type Selection, selectedRows, selectRows } from './select-rows.ts';
import { writeFiles } from './write-files.ts';
import { writeLog } from './write-log.ts';
import { writeReports } from './write-reports.ts';

/** What to export, and to where. */
export interface ExportInput {
  readonly environment: Pick<Environment, 'blobs' | 'clock'> & PeopleSource;
  readonly ledger: LedgerReader;
  readonly scope: PackScope;
  readonly out: PackSink;
  /** Public keys of the witnesses, which are not in the ledger. */
  readonly witnessKeys: readonly VerifierKey[];
  /** Told of rows written, of all chosen. */
  readonly progress?: ((rows: number, total: number) => void) | undefined;
}

/** One export under way. */
export interface Export extends ExportInput {
  readonly manifest: PackManifest;
  readonly selection: Selection;
  readonly findings: Findings;
  readonly note: string;
  readonly named: PeopleNamed;
}

/**
 * Exports a pack. The same log and the same clock give the same bytes.
 * @returns what `pack.json` says
 * @throws RefusedError `NOT_FOUND` when the log has nothing about the scope; the sink is aborted then
 */
export async function exportEvidence(input: ExportInput): Promise<PackManifest> {
  try {
    const begun = await begin(input);
    await writeLog(begun);
    const snapshots = await writeFiles(begun);
    await writeReports(begun, snapshots);
    await input.out.close();
    return begun.manifest;
  } catch (error) {
    await input.out.abort();
    throw error;
  }
}

async function begin(input: ExportInput): Promise<Export> {
  const { ledger, scope, environment } = input;
  const note = await ledger.note();
  if (note === undefined) throw nothing('The log is still empty');
  const selection = await selectRows(ledger, scope);
  const findings = emptyFindings();
  const named = await peopleNamedIn(environment);
  let about = 0;
  for await (const row of selectedRows(ledger, selection)) {
    const fact = factOfRow(row);
    if (fact === undefined) continue;
    gather(findings, fact);
    named.add(fact);
    if ('campaignId' in fact.predicate) about += 1;
  }
  if (selection.rows === 0 || (about === 0 && scope.by !== 'log' && scope.by !== 'time')) {
    throw nothing(`The log has nothing about ${scopeText(scope)}`);
  }
  const manifest: PackManifest = {
    format: 'countersign-pack/v1',
    origin: parseCheckpoint(parseNote(utf8Bytes(note)).text).origin,
    exportedAt: environment.clock.now(),
    scope,
    log: { size: ledger.head.size, root: ledger.head.root },
    rows: selection.rows,
    ...(selection.range === undefined ? {} : { range: selection.range }),
    campaigns: [...findings.cases.campaigns.keys()].toSorted(),
  };
  return { ...input, manifest, selection, findings, note, named };
}

/** The scope in words. */
export function scopeText(scope: PackScope): string {
  switch (scope.by) {
    case 'log':
      return 'the whole log';
    case 'campaign':
      return `campaign ${scope.campaignId}`;
    case 'identity':
      return `identity ${scope.identityId}`;
    case 'control':
      return `control ${scope.control}`;
    case 'time':
      return `${scope.since} to ${scope.until}`;
    default:
      return scope satisfies never;
  }
}

function nothing(what: string): RefusedError {
  return new RefusedError({ code: 'NOT_FOUND', message: `${what}.` });
}
