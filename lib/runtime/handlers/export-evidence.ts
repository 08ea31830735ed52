// Makes an evidence pack and puts it on the shelf, with its digest beside it. Started by the command, and not waited for.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createPack } from '../../adapters/packs/open-pack.ts';
import type { LedgerStore } from '../../application/ports/ledger-store.ts';
import type { PackShelf } from '../../application/ports/pack-shelf.ts';
import type { ReviewStore } from '../../application/ports/review-store.ts';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import { type ExportInput, exportEvidence } from '../../evidence/export-evidence.ts';
import { readLedger } from '../../evidence/ledger-reader.ts';
import { errorLine } from '../control/error-line.ts';
import { ExportEvent, type PackStatus } from '../control/installation-protocol.ts';
import { packName, readPackStatus, writePackStatus } from '../control/packs.ts';
import type { Log } from '../log.ts';

/** What the function is made of. */
export interface ExportDeps extends Pick<ExportInput, 'environment' | 'witnessKeys'> {
  readonly store: ReviewStore;
  readonly ledger: LedgerStore;
  readonly packs: PackShelf;
  readonly log: Log;
}

/**
 * Makes the function. Delivered twice, it makes one pack. What is refused (nothing about the scope) is said in the pack's
 * status; what fails is said there too and thrown on, so that it is tried again and somebody is told.
 */
export function createHandler(deps: ExportDeps): (event: unknown) => Promise<PackStatus> {
  return async (event) => {
    const asked = ExportEvent.parse(event);
    const { packId } = asked;
    const before = await readPackStatus(deps.packs, packId);
    if (before?.state === 'done') return before;
    try {
      const status = await makePack(deps, asked);
      await writePackStatus(deps.packs, packId, status);
      deps.log.info('pack made', { packId, rows: status.manifest.rows, bytes: status.bytes });
      return status;
    } catch (error) {
      const isRefusal = error instanceof RefusedError || error instanceof InvalidInputError;
      const line = isRefusal ? errorLine(error) : { ...errorLine(error), message: INSIDE };
      const status: PackStatus = { state: 'failed', at: deps.environment.clock.now(), ...line };
      await writePackStatus(deps.packs, packId, status);
      if (!isRefusal) throw error;
      deps.log.info('pack refused', { packId, code: line.code });
      return status;
    }
  };
}

const INSIDE = 'The pack could not be made; the log of export-evidence says why. It is tried again twice.';

type DoneStatus = Extract<PackStatus, { state: 'done' }>;

async function makePack(deps: ExportDeps, { packId, scope }: ExportEvent): Promise<DoneStatus> {
  const folder = await mkdtemp(join(tmpdir(), 'pack-'));
  try {
    const path = join(folder, 'pack.zip');
    const { environment, store, ledger, witnessKeys } = deps;
    const manifest = await exportEvidence({
      environment,
      ledger: await readLedger({ store, ledger }),
      scope,
      out: await createPack(path),
      witnessKeys,
    });
    await deps.packs.putFile(packName(packId), path);
    const { size: bytes } = await stat(path);
    return {
      state: 'done',
      at: environment.clock.now(),
      manifest,
      sha256: await digestOfFile(path),
      bytes,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
