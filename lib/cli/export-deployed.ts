// `evidence export` on a deployed installation: made there, followed, fetched, checked against its digest.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createPack, openPack } from '../adapters/packs/open-pack.ts';
import { IntegrityError } from '../domain/errors.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { PackManifest, PackScope } from '../verification/pack/pack-files.ts';
import type { CliContext } from './context.ts';
import { errorOf, type OnProgress, unavailable } from './control-answer.ts';
import { follow } from './follow.ts';
import type { InstallationClient } from './installation-client.ts';
import { withProgress } from './on-stack.ts';

/** A function works at most 15 minutes. */
const PATIENCE = { everyMs: 3_000, forMs: 16 * MINUTE_MS };

/** Exports into `out`: a zip by its name, otherwise a directory. @throws IntegrityError when what came is not what was made */
export async function exportDeployed(
  context: CliContext,
  installation: InstallationClient,
  scope: PackScope,
  out: string,
): Promise<PackManifest> {
  const { packId } = await installation.ask({ do: 'start-export', scope });
  return withProgress(context, async (onProgress) => {
    const made = await follow(context, PATIENCE, async () => {
      const { status, url } = await installation.ask({ do: 'pack', packId });
      if (status.state === 'failed') throw errorOf(status, 'export-evidence');
      if (status.state === 'done' && url !== null) return { ...status, url };
      onProgress(0, 'the pack is being made');
      return undefined;
    });
    if (!made)
      throw unavailable('installation', `${packId} is not there yet; the log of export-evidence says why`);
    const zip = `${out}.fetched`;
    try {
      await fetchPack(made, zip, onProgress, context.interrupted);
      if (out.endsWith('.zip')) await rename(zip, out);
      else await unpack(zip, out);
    } finally {
      await rm(zip, { force: true });
    }
    return made.manifest;
  });
}

async function fetchPack(
  { url, sha256, bytes }: { readonly url: string; readonly sha256: string; readonly bytes: number },
  path: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(url, { signal });
  if (!response.ok || !response.body) {
    throw unavailable('S3', `the pack could not be fetched (${response.status}); export it again`);
  }
  const hash = createHash('sha256');
  let seen = 0;
  const meter = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      seen += chunk.length;
      onProgress(seen / Math.max(1, bytes), `${seen} of ${bytes} bytes`);
      done(null, chunk);
    },
  });
  await pipeline(response.body, meter, createWriteStream(path));
  if (hash.digest('hex') === sha256) return;
  throw new IntegrityError({
    code: 'DIGEST_MISMATCH',
    message: `the pack that came is not the one that was made (SHA-256 is not ${sha256}); it was thrown away`,
  });
}

async function unpack(zip: string, out: string): Promise<void> {
  const source = await openPack(zip);
  try {
    const sink = await createPack(out);
    try {
      for (const name of source.names) await sink.file(name, source.read(name));
      await sink.close();
    } catch (error) {
      await sink.abort();
      throw error;
    }
  } finally {
    await source.close();
  }
}
