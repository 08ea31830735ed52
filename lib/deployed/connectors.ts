// The connectors of the installation, as the function's role may use them.
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as z from 'zod';
import type { Connector } from '../application/ports/connector.ts';
import type { Connectors } from '../application/ports/connectors.ts';
import { installedConnectors } from '../connectors/installed.ts';
import { connectorModule } from '../connectors/registry.ts';
import { secretsFor, secretsNamed } from '../connectors/secret-settings.ts';
import { readObject } from './documents.ts';
import { readSecretText } from './secrets.ts';
import type { Base } from './start.ts';
import { wanted } from './wanted.ts';

/** Makes the connectors. @throws InvalidInputError BAD_SETTING naming connector and field */
export async function openConnectors(base: Base): Promise<Connectors> {
  const ownRoles = wanted(base, 'ownRoles').split(',');
  const ownSecrets = base.installation.connectors.flatMap(({ id, settings }) =>
    secretsNamed(connectorModule(id).manifest, settings),
  );
  const context = {
    clock: base.clock,
    note: (message: string) => base.log.info('connector note', { message }),
  };
  const connectors: Connector[] = [];
  for (const { id, settings } of base.installation.connectors) {
    const own = ownOf(id, settings, { ownPrincipals: ownRoles, ownSecrets });
    const module = connectorModule(id);
    connectors.push(
      module.create(
        { ...(await onDisk(settings, base.settings.installation)), ...own },
        { ...context, secret: secretsFor(module.manifest, settings, readSecret) },
      ),
    );
  }
  return installedConnectors(connectors);
}

/** What a connector makes of it is the connector's affair; that there is something is checked here. */
function readSecret(arn: string): Promise<string> {
  return readSecretText(arn, z.string().min(1));
}

/** Which setting of a connector lists what is Countersign's own in its system. */
const OWN_SETTING: Readonly<Record<string, 'ownPrincipals' | 'ownSecrets'>> = {
  'aws-iam': 'ownPrincipals',
  'aws-secrets-manager': 'ownSecrets',
};

/** That setting with what the installation itself works with, beside what is listed already. */
export function ownOf(
  id: string,
  settings: Readonly<Record<string, unknown>>,
  own: Readonly<Record<'ownPrincipals' | 'ownSecrets', readonly string[]>>,
): Record<string, unknown> {
  const name = Object.hasOwn(OWN_SETTING, id) ? OWN_SETTING[id] : undefined;
  if (name === undefined) return {};
  const listed = settings[name];
  return { [name]: [...own[name], ...(Array.isArray(listed) ? listed : [])] };
}

/** Files that were deployed with the installation are addresses in S3: they are brought to where a connector reads files. */
async function onDisk(
  settings: Readonly<Record<string, unknown>>,
  installation: string,
): Promise<Record<string, unknown>> {
  const entries = Object.entries(settings).map(async ([name, value]) => {
    if (typeof value !== 'string' || !value.startsWith('s3://')) return [name, value] as const;
    const address = deployedAddress(value, installation);
    const path = join(tmpdir(), basename(new URL(address).pathname));
    await writeFile(path, await readObject(address));
    return [name, path] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Where a file is: `s3:///key`, without a bucket, is beside the installation document, whose bucket has no name at synth. */
export function deployedAddress(value: string, installation: string): string {
  return value.startsWith('s3:///') ? new URL(value.slice('s3://'.length), installation).href : value;
}
