// Every connector there is, by id. One line each; a test compares this list with the folders.

import type { Connector } from '../application/ports/connector.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { awsAcm } from './aws-acm/connector.ts';
import { awsIam } from './aws-iam/connector.ts';
import { awsRolesAnywhere } from './aws-rolesanywhere/connector.ts';
import { awsSecretsManager } from './aws-secrets-manager/connector.ts';
import type { ConnectorContext, ConnectorModule } from './connector.ts';
import { file } from './file/connector.ts';
import { postgres } from './postgres/connector.ts';
import { webhook } from './webhook/connector.ts';

/** A registered connector, whatever its settings are. */
export interface RegisteredConnector {
  readonly manifest: Connector['manifest'];
  /** Checks the settings and makes the connector. @throws InvalidInputError BAD_SETTING naming connector and field. */
  create(settings: unknown, context: ConnectorContext): Connector;
}

/** All connectors. */
export const connectorRegistry: ReadonlyMap<string, RegisteredConnector> = new Map([
  ['aws-acm', register(awsAcm)],
  ['aws-iam', register(awsIam)],
  ['aws-rolesanywhere', register(awsRolesAnywhere)],
  ['aws-secrets-manager', register(awsSecretsManager)],
  ['file', register(file)],
  ['postgres', register(postgres)],
  ['webhook', register(webhook)],
]);

/** The connector of that id. @throws InvalidInputError UNKNOWN_CONNECTOR naming those there are. */
export function connectorModule(id: string): RegisteredConnector {
  const found = connectorRegistry.get(id);
  if (found) return found;
  throw new InvalidInputError({
    code: 'UNKNOWN_CONNECTOR',
    message: `no connector ${JSON.stringify(id)}; there are ${[...connectorRegistry.keys()].join(', ')}`,
  });
}

function register<Settings>(module: ConnectorModule<Settings>): RegisteredConnector {
  return {
    manifest: module.manifest,
    create(settings, context) {
      const parsed = module.settings.safeParse(settings);
      if (parsed.success) return module.create(parsed.data, context);
      const issue = parsed.error.issues[0];
      throw new InvalidInputError({
        code: 'BAD_SETTING',
        message: `connector ${module.manifest.id}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
        cause: parsed.error,
      });
    },
  };
}
