// Whether each connector can be reached with the secrets it has, may do what it will have to do, and can read its log.
import type { Environment } from '../../application/environment.ts';
import type { Connector, ConnectorManifest } from '../../application/ports/connector.ts';
import type { InventoryRecord } from '../../application/ports/records.ts';
import { InvalidInputError, RefusedError, UpstreamError } from '../../domain/errors.ts';
import { Identity } from '../../domain/identity/identity.ts';
import { HOUR_MS, plusMs } from '../../domain/time.ts';
import { type Check, type Finding, fine, problem, unchecked } from './examine.ts';

/** What these checks need. */
export type ConnectorParts = Pick<Environment, 'store' | 'blobs' | 'clock' | 'connectors'>;

/** Scopes of one connector that are looked into: the call has to end within the half minute that an API waits. */
const MAX_SCOPES = 5;

type Permissions = ConnectorManifest['permissions'];

/** Checks of each connector that is configured, once for every scope it was collected in. */
export async function connectorChecks(parts: ConnectorParts): Promise<Check[]> {
  const inventories = await parts.store.inventories();
  const manifests = new Map(parts.connectors.all().map(({ manifest }) => [manifest.id, manifest]));
  return [...manifests.values()].flatMap((manifest) => {
    const all = inventories.filter(({ connector }) => connector === manifest.id);
    const rows = all.slice(0, MAX_SCOPES);
    const named = (row: InventoryRecord) => `${manifest.id} (${row.scope})`;
    const perScope = rows.flatMap((row): Check[] => [
      {
        id: `connector/${manifest.id}/${row.scope}`,
        title: `Connector ${named(row)}`,
        run: () => reach(parts, row),
      },
      {
        id: `log/${manifest.id}/${row.scope}`,
        title: `Log of ${named(row)}`,
        run: () => readLog(parts, row),
      },
    ]);
    const others = all.length - rows.length;
    const notLooked: Check = {
      id: `connector/${manifest.id}`,
      title: `Connector ${manifest.id}, elsewhere`,
      run: async () =>
        unchecked(`${others} more accounts or places were not looked at.`, 'Run: countersign collect.'),
    };
    const permissions: Check = {
      id: `permissions/${manifest.id}`,
      title: `Permissions of ${manifest.id}`,
      run: async () => permissionsOf(manifest, all),
    };
    return [...perScope, ...(others > 0 ? [notLooked] : []), permissions];
  });
}

/** One identity is looked up, as before a switch-off: it takes the secrets, the way there, and the right to read. */
async function reach(parts: ConnectorParts, row: InventoryRecord): Promise<Finding> {
  const sample = await sampleOf(parts, row);
  if (!sample) return fine('Nothing was found in it, so nothing was looked up.');
  const connector = connectorOf(parts, row, sample);
  return judged(connector, 'disable', async () => {
    await connector.locate({ identityId: sample.identityId, credentialId: undefined, reviewed: sample });
    return fine(`Reached: ${sample.name} was looked up.`);
  });
}

async function readLog(parts: ConnectorParts, row: InventoryRecord): Promise<Finding> {
  const sample = await sampleOf(parts, row);
  const connector = sample && connectorOf(parts, row, sample);
  if (!sample || !connector?.activity) {
    return fine('It reads none: use is known from what is collected, and no removal becomes "proven".');
  }
  const until = parts.clock.now();
  return judged(connector, 'activity', async () => {
    const target = { identityId: sample.identityId, credentialId: undefined, reviewed: sample };
    const report = await connector.activity?.(target, plusMs(until, -HOUR_MS), until);
    if (!report) return fine('It reads none.');
    const { source, completeness, gap = 'not everything is in it', lagMinutes } = report;
    if (completeness === 'complete') return fine(`${source}, ${lagMinutes} minutes behind.`);
    return problem(`${source}: ${gap}.`, 'Give the log what it lacks: README of the connector.');
  });
}

/** What a look comes to when it does not come to an end. */
async function judged(
  { manifest }: Connector,
  needs: Permissions[number]['for'],
  look: () => Promise<Finding>,
): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RefusedError) return fine(`Not asked: ${error.message}`);
    if (error instanceof InvalidInputError)
      return problem(error.message, 'Correct the setting of the connector, or fill in the secret it names.');
    if (!(error instanceof UpstreamError)) throw error;
    if (error.code === 'DENIED') {
      const read = manifest.permissions.filter((one) => one.for === 'collect' || one.for === needs);
      return unchecked(
        error.message,
        `Whoever looks needs: ${statementOf(read)}. Where functions that work have it and this one does not, "countersign collect" tells.`,
      );
    }
    return problem(
      error.message,
      'See that the system is up, and can be reached from where the functions run.',
    );
  }
}

/** Rights to switch off are not tried: what they are to be is said in full. */
function permissionsOf({ permissions }: ConnectorManifest, rows: readonly InventoryRecord[]): Finding {
  if (permissions.length === 0) return fine('It needs none.');
  const whole = rows.filter(({ completeness }) => completeness === 'complete').map(({ scope }) => scope);
  const collecting =
    whole.length > 0
      ? `Those to collect are there (${whole.join(', ')}). `
      : 'Nothing was collected whole yet. ';
  return unchecked(
    `${collecting}Those to switch off are not tried before they are needed.`,
    `Compare with what its role has: ${statementOf(permissions)}`,
  );
}

const IAM_ACTION = /^[a-z0-9-]+:[A-Za-z0-9*]+$/;

/** The policy statements to add, as JSON; in words where the system has no such policies. */
function statementOf(permissions: Permissions): string {
  if (!permissions.every(({ action }) => IAM_ACTION.test(action))) {
    return [...new Set(permissions.map(({ action, resource }) => `${action} on ${resource}`))].join('; ');
  }
  const resources = [...new Set(permissions.map(({ resource }) => resource))];
  const statements = resources.map((resource) => ({
    Effect: 'Allow',
    Action: [
      ...new Set(permissions.flatMap((one) => (one.resource === resource ? [one.action] : []))),
    ].toSorted(),
    Resource: resource,
  }));
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

async function sampleOf({ blobs }: ConnectorParts, row: InventoryRecord): Promise<Identity | undefined> {
  for await (const line of blobs.lines(row.inventory)) return Identity.parse(JSON.parse(line));
  return undefined;
}

function connectorOf({ connectors }: ConnectorParts, row: InventoryRecord, sample: Identity): Connector {
  return connectors.chosen(row.connector, sample.scope)[0];
}
