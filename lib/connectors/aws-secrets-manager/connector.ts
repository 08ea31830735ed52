// The aws-secrets-manager connector: secrets that other people's software reads.
import type { Connector } from '../../application/ports/connector.ts';
import { refuseProtected } from '../aws/acts.ts';
import type { Sleep } from '../aws/call-log.ts';
import { openSession } from '../aws/session.ts';
import type { ConnectorContext, ConnectorModule } from '../connector.ts';
import { collectIdentities } from './collect.ts';
import { disableTarget, removeTarget, restoreTarget } from './disable.ts';
import { locateTarget } from './locate.ts';
import { manifest } from './manifest.ts';
import { createSecrets } from './secrets.ts';
import { AwsSecretsManagerSettings } from './settings.ts';
import { verifyTarget } from './verify.ts';

/** Makes the connector. `sleep` is how it waits before trying again what throttling stopped. */
export function createAwsSecretsManager(
  settings: AwsSecretsManagerSettings,
  context: ConnectorContext,
  sleep?: Sleep,
): Connector {
  const session = openSession(manifest.id, settings);
  const secrets = createSecrets(session);
  const parts = { secrets, settings, caller: session.caller, now: () => context.clock.now() };
  return {
    manifest,
    scope: settings.account,
    collect: () => collectIdentities({ settings, session, context, secrets, sleep }),
    async locate(target) {
      await session.sameAccount(target);
      return locateTarget(parts, target);
    },
    async disable(target, state) {
      refuseProtected(target);
      await session.sameAccount(target);
      return disableTarget(parts, state);
    },
    async restore(target, preImage) {
      await session.sameAccount(target);
      return restoreTarget(parts, preImage);
    },
    async verify(target, preImage, disabledAt) {
      await session.sameAccount(target);
      return verifyTarget(secrets, preImage, disabledAt);
    },
    async remove(target, preImage) {
      refuseProtected(target);
      await session.sameAccount(target);
      return removeTarget(parts, preImage);
    },
  };
}

/** The registered module. */
export const awsSecretsManager: ConnectorModule<AwsSecretsManagerSettings> = {
  manifest,
  settings: AwsSecretsManagerSettings,
  create: (settings, context) => createAwsSecretsManager(settings, context),
};
