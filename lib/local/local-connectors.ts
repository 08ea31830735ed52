// The connectors of the embedded stack: aws-iam against the IAM stand-in, and file for everything else the company has.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentSecrets } from '../adapters/secrets/environment-secrets.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { Connector } from '../application/ports/connector.ts';
import type { Connectors } from '../application/ports/connectors.ts';
import { installedConnectors } from '../connectors/installed.ts';
import { connectorModule } from '../connectors/registry.ts';
import type { Company } from './company/company.ts';
import type { IamStandIn } from './iam/start-iam.ts';

/** Makes the connectors; the company's other systems are written to a file first. */
export async function localConnectors(parts: {
  readonly company: Company;
  readonly iam: IamStandIn;
  readonly dataDir: string;
  readonly clock: Clock;
}): Promise<Connectors> {
  const { company, iam, clock } = parts;
  const context = { clock, note: () => undefined, secret: environmentSecrets(process.env) };
  const connectors: Connector[] = [
    connectorModule('aws-iam').create(
      {
        region: 'us-east-1',
        endpoint: iam.endpoint,
        emulatorKeys: {
          accessKeyId: iam.operatorCredentials.accessKeyId,
          secretAccessKey: iam.operatorCredentials.secretAccessKey,
          ...(iam.operatorCredentials.sessionToken === undefined
            ? {}
            : { sessionToken: iam.operatorCredentials.sessionToken }),
        },
        reportPollMs: 1,
        without: sourcesMissingIn(company),
      },
      context,
    ),
  ];
  if (company.fileRows.length > 0) {
    await mkdir(join(parts.dataDir, 'inputs'), { recursive: true });
    const path = join(parts.dataDir, 'inputs', 'other-systems.jsonl');
    await writeFile(path, company.fileRows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    connectors.push(connectorModule('file').create({ path, kind: 'access-token' }, context));
  }
  return installedConnectors(connectors);
}

/** Somebody's own files may be a credential report alone, or authorization details alone. */
function sourcesMissingIn({ accountSeed: { known } }: Company): string[] {
  if (!known.credentialReport) return ['credential-report'];
  return known.authorizationDetails ? [] : ['authorization-details'];
}
