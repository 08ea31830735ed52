// The aws-rolesanywhere connector: workloads outside of AWS that come with a certificate.
import { setTimeout as wait } from 'node:timers/promises';
import type { Connector } from '../../application/ports/connector.ts';
import { refuseProtected } from '../aws/acts.ts';
import type { Sleep } from '../aws/call-log.ts';
import { openSession } from '../aws/session.ts';
import type { ConnectorContext, ConnectorModule } from '../connector.ts';
import { createAnywhere } from './anywhere.ts';
import { collectIdentities } from './collect.ts';
import { disableTarget, removeTarget, restoreTarget } from './disable.ts';
import { locateTarget } from './locate.ts';
import { manifest } from './manifest.ts';
import { AwsRolesAnywhereSettings } from './settings.ts';
import { createSignedRest } from './signed-rest.ts';
import { verifyTarget } from './verify.ts';

/** Makes the connector. `sleep` is how it waits before trying a request again. */
export function createAwsRolesAnywhere(
  settings: AwsRolesAnywhereSettings,
  context: ConnectorContext,
  sleep: Sleep = wait,
): Connector {
  const session = openSession(manifest.id, settings);
  const anywhere = createAnywhere(createSignedRest(session, settings, sleep));
  const parts = { anywhere, caller: session.caller, now: () => context.clock.now() };
  return {
    manifest,
    scope: settings.account,
    collect: () => collectIdentities({ settings, session, context, anywhere, sleep }),
    async locate(target) {
      await session.sameAccount(target);
      return locateTarget(parts, target);
    },
    async disable(target, state) {
      refuseProtected(target);
      await session.sameAccount(target);
      return disableTarget(parts, target, state);
    },
    async restore(target, preImage) {
      await session.sameAccount(target);
      return restoreTarget(parts, target, preImage);
    },
    async verify(target, preImage, disabledAt) {
      await session.sameAccount(target);
      return verifyTarget(parts, preImage, disabledAt);
    },
    async remove(target) {
      return removeTarget(target);
    },
  };
}

/** The registered module. */
export const awsRolesAnywhere: ConnectorModule<AwsRolesAnywhereSettings> = {
  manifest,
  settings: AwsRolesAnywhereSettings,
  create: (settings, context) => createAwsRolesAnywhere(settings, context),
};
