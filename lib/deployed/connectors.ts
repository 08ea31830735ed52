// The connectors of the installation, as the function's role may use them.
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as z from 'zod';
import type { Connector } from '../application/ports/connector.ts';
import type { Connectors } from '../application/ports/connectors.ts';
import { installedConnectors } from '../connectors/installed.ts';
import { connectorModule } from '../connectors/registry.ts';
import { secretsFor } from '../connectors/secret-settings.ts';
import { readObject } from './documents.ts';
import { readSecretText } from './secrets.ts';
import type { Base } from './start.ts';
import { wanted } from './wanted.ts';

/** Makes the connectors. @throws InvalidInputError BAD_SETTING naming connector and field */
export async function openConnectors(base: Base): Promise<Connectors> {
  const ownRoles = wanted(base, 'ownRoles').split(',');
  const context = {
    clock: base.clock,
    note: (message: string) => base.log.info('connector note', { message }),
  };
  const connectors: Connector[] = [];
  for (const { id, settings } of base.installation.connectors) {
    const own = id === 'aws-iam' ? { ownPrincipals: [...ownRoles, ...principalsIn(settings)] } : {};
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

function principalsIn(settings: Readonly<Record<string, unknown>>): unknown[] {
  const named = settings['ownPrincipals'];
  return Array.isArray(named) ? named : [];
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
