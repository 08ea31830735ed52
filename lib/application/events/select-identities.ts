// The lines of chosen identities, copied from the newest inventories: what a campaign about them alone is opened over.
import type { CampaignId } from '../../domain/campaign/campaign.ts';
import type { CollectionReport } from '../../domain/identity/collection.ts';
import { Identity } from '../../domain/identity/identity.ts';
import type { Instant } from '../../domain/time.ts';
import type { SignedFact } from '../attest.ts';
import type { Environment } from '../environment.ts';
import { inventoryOf } from '../inventory-of.ts';
import { fileBytes } from '../plain-json.ts';
import type { InventoryRecord } from '../ports/records.ts';
import { type ChosenIdentity, freezeChosen } from './chosen.ts';

/** What the report of a selection names as connector: nothing was read anew. */
export const SELECTION_CONNECTOR = 'countersign';

/** Chosen identities that are there, and those that no inventory has any more. */
export interface Selection {
  /** Blob of their lines, byte for byte as collected. */
  readonly inventory: string;
  /** Blob of who was chosen and why. */
  readonly chosenDigest: string;
  readonly chosen: readonly ChosenIdentity[];
  readonly missing: readonly ChosenIdentity[];
  readonly credentials: number;
  readonly excluded: number;
  /** Inventories the lines were taken from. */
  readonly sources: readonly InventoryRecord[];
}

/** Copies the lines of the chosen. Reads only inventories of their connectors and scopes. */
export async function selectIdentities(
  { store, blobs }: Pick<Environment, 'store' | 'blobs'>,
  wanted: readonly ChosenIdentity[],
): Promise<Selection> {
  const sources = await sourcesOf(store, wanted);
  const looked = new Map<string, ChosenIdentity>(wanted.map((one) => [one.identityId, one]));
  const chosen: ChosenIdentity[] = [];
  let credentials = 0;
  let excluded = 0;
  const writer = await blobs.writer();
  try {
    for (const { inventory } of sources) {
      for await (const line of blobs.lines(inventory)) {
        const one = looked.get(identityIdIn(line) ?? '');
        if (!one) continue;
        looked.delete(one.identityId);
        const identity = Identity.parse(JSON.parse(line));
        credentials += identity.credentials.length;
        excluded += identity.exclusion ? 1 : 0;
        chosen.push(one);
        await writer.line(line);
      }
    }
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return {
    inventory: await writer.close(),
    chosenDigest: await freezeChosen(blobs, chosen),
    chosen,
    missing: [...looked.values()],
    credentials,
    excluded,
    sources,
  };
}

/** Newest first, so that of an identity found twice the newer line counts. */
async function sourcesOf(
  store: Environment['store'],
  wanted: readonly ChosenIdentity[],
): Promise<InventoryRecord[]> {
  const places = new Set(wanted.map(({ identityId }) => identityId.split('/', 2).join('/')));
  const found = new Map<string, InventoryRecord>();
  for (const place of places) {
    const [connector = '', scope = ''] = place.split('/');
    const row = await inventoryOf(store, { connector, scope });
    if (row) found.set(row.inventory, row);
  }
  return [...found.values()].toSorted((a, b) => (a.collectedAt < b.collectedAt ? 1 : -1));
}

const ID = '"identityId":';
const TEXT = /"(?:[^"\\]|\\.)*"/y;

/** The name in a line, without reading the line: an inventory may have a million, of which a few are wanted. */
function identityIdIn(line: string): string | undefined {
  const start = line.indexOf(ID);
  if (start < 0) return undefined;
  TEXT.lastIndex = start + ID.length;
  const [text] = TEXT.exec(line) ?? [];
  return text === undefined ? undefined : String(JSON.parse(text));
}

/** Attests how the selection was made, as every population's making is: it is partial, and says relative to what. */
export async function attestSelection(
  { blobs, attestor }: Pick<Environment, 'blobs' | 'attestor'>,
  campaignId: CampaignId,
  selection: Selection,
  at: Instant,
): Promise<SignedFact> {
  const { inventory, chosen, sources, credentials, excluded } = selection;
  const scope = `events/${campaignId}`;
  const taken = sources.map(
    (source) =>
      `${source.inventory} (${source.connector} ${source.scope}, ${source.completeness}, collected ${source.collectedAt})`,
  );
  const report: CollectionReport = {
    schemaVersion: 1,
    connector: SELECTION_CONNECTOR,
    connectorVersion: attestor.build,
    scope,
    startedAt: at,
    endedAt: at,
    completeness: 'partial',
    gaps: [
      `Only the ${chosen.length} identities that something happened to were taken; completeness is relative to them.`,
      `Their lines are copied from: ${taken.join('; ')}.`,
    ],
    calls: [],
    identities: chosen.length,
    credentials,
    excluded,
    independentCounts: [],
    warnings: [],
  };
  return attestor.attest(
    {
      name: 'collection',
      subject: {
        name: `collection/${SELECTION_CONNECTOR}/${scope}`,
        sha256: await blobs.put(fileBytes(report)),
      },
      step: inventory,
      ordinal: 0,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        connector: SELECTION_CONNECTOR,
        scope,
        inventory,
        completeness: 'partial',
        identities: chosen.length,
        credentials,
      },
    },
    at,
  );
}
