// What takes long, started on a deployed installation: openings, collections, exports.

import { readFileBytes } from '../../application/plain-json.ts';
import type { PackShelf } from '../../application/ports/pack-shelf.ts';
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { CampaignId } from '../../domain/campaign/campaign.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { CollectionReport } from '../../domain/identity/collection.ts';
import type { Instant } from '../../domain/time.ts';
import type { ControlCall } from './call.ts';
import type { ExportEvent, InstallationCommandOf, PackStatus } from './installation-protocol.ts';
import { packName, readPackStatus, writePackStatus } from './packs.ts';
import { mayManage } from './rights.ts';

/** What an opening is started with. */
export interface OpeningInput {
  readonly definitionId: string;
  /** Person id. */
  readonly launchedBy: string;
  readonly campaignId: string;
}

/** What a deployed installation has besides: functions and machines that work on their own. */
export interface InstallationDeps {
  /** Starts the state machine that opens campaigns; resolves to the ARN of its execution. */
  startOpening(input: OpeningInput): Promise<string>;
  /** Has the collecting function start, without waiting for it. */
  startCollecting(event: { readonly connector?: string }): Promise<void>;
  /** Has the exporting function start, without waiting for it. */
  startExport(event: ExportEvent): Promise<void>;
  readonly packs: PackShelf;
}

/** A call of a deployed installation. */
export type InstallationCall = ControlCall & InstallationDeps;

/** How long a pack's address works, in seconds: long enough for a slow line, shorter than a role's session. */
const LINK_SECONDS = 900;

/** Starts to open a campaign, or goes on with one that is being opened. */
export async function startLaunch(
  { definitionId, campaignId: wanted, as }: InstallationCommandOf<'start-launch'>,
  call: Pick<InstallationCall, 'who' | 'environment' | 'startOpening'>,
) {
  const { personId } = await call.who(as);
  const { store, clock } = call.environment;
  const row = await store.get('definition', { definitionId });
  if (!row) {
    throw new RefusedError({
      code: 'NOT_FOUND',
      message: `There is no definition "${definitionId}" in force; apply it first.`,
    });
  }
  if (!(await mayManage(call.environment, row.digest, personId))) {
    throw new RefusedError({
      code: 'NOT_ELIGIBLE',
      message: `Only the manager of "${definitionId}", compliance managers and admins launch it.`,
    });
  }
  if ((await store.inventories()).length === 0) {
    throw new RefusedError({
      code: 'NOT_FOUND',
      message: 'There is no inventory yet; collect identities first.',
    });
  }
  const campaignId = CampaignId.parse(
    wanted ?? `${definitionId}-${clock.now().slice(0, 10).replaceAll('-', '')}`,
  );
  const existing = await store.get('campaign', { campaignId });
  if (existing && existing.state !== 'opening') return { campaignId, executionArn: null };
  const executionArn = await call.startOpening({ definitionId, launchedBy: personId, campaignId });
  return { campaignId, executionArn };
}

/** Starts collections. Answers when that was, and how many readings of each connector are to be expected. */
export async function startCollect(
  { connectors }: InstallationCommandOf<'start-collect'>,
  call: InstallationCall,
) {
  await call.who(undefined);
  const installed = call.environment.connectors;
  for (const connector of connectors) installed.chosen(connector, undefined);
  const requestedAt = call.environment.clock.now();
  const ids = connectors.length > 0 ? connectors : installed.all().map(({ manifest }) => manifest.id);
  if (connectors.length === 0) await call.startCollecting({});
  for (const connector of connectors) await call.startCollecting({ connector });
  return { requestedAt, expected: [...new Set(ids)] };
}

/** The newest reading of every connector and scope, with its report. */
export async function collections(
  _command: InstallationCommandOf<'collections'>,
  { environment: { store, blobs } }: InstallationCall,
) {
  const found: (CollectionReport & { readonly collectedAt: Instant; readonly inventory: string })[] = [];
  for (const { report, collectedAt, inventory } of await store.inventories()) {
    const stored = readFileBytes(await blobs.get(report)) as CollectionReport;
    found.push({ ...stored, collectedAt, inventory });
  }
  return found;
}

/** Seals what waits, then has a pack made. */
export async function startExport({ scope }: InstallationCommandOf<'start-export'>, call: InstallationCall) {
  const { personId } = await call.who(undefined);
  const packId = `pack-${sha256Hex(utf8Bytes(call.actId)).slice(0, 24)}`;
  await call.ledger.tend();
  const at = call.environment.clock.now();
  await writePackStatus(call.packs, packId, { state: 'making', requestedBy: personId, at });
  await call.startExport({ packId, scope, requestedBy: personId });
  return { packId };
}

/** How far a pack is, and from where to fetch it. */
export async function pack(
  { packId }: InstallationCommandOf<'pack'>,
  { packs }: InstallationCall,
): Promise<{ readonly status: PackStatus; readonly url: string | null }> {
  const status = await readPackStatus(packs, packId);
  if (!status) {
    throw new RefusedError({ code: 'NOT_FOUND', message: `There is no pack ${packId}, or it is gone.` });
  }
  const url = status.state === 'done' ? await packs.link(packName(packId), LINK_SECONDS) : null;
  return { status, url };
}
