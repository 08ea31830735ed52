// The aws-acm connector: certificates that load balancers, distributions and gateways show.
import type { Connector } from '../../application/ports/connector.ts';
import { refuseProtected } from '../aws/acts.ts';
import type { Sleep } from '../aws/call-log.ts';
import { openSession } from '../aws/session.ts';
import type { ConnectorContext, ConnectorModule } from '../connector.ts';
import { createCertificates } from './certificates.ts';
import { collectIdentities } from './collect.ts';
import { disableTarget, taskFor } from './disable.ts';
import { locateTarget } from './locate.ts';
import { manifest } from './manifest.ts';
import { AwsAcmSettings } from './settings.ts';
import { verifyTarget } from './verify.ts';

/** Makes the connector. `sleep` is how it waits before trying again what throttling stopped. */
export function createAwsAcm(settings: AwsAcmSettings, context: ConnectorContext, sleep?: Sleep): Connector {
  const session = openSession(manifest.id, settings);
  const certificates = createCertificates(session);
  const parts = { certificates, caller: session.caller, now: () => context.clock.now() };
  return {
    manifest,
    scope: settings.account,
    collect: () => collectIdentities({ settings, session, context, certificates, sleep }),
    async locate(target) {
      await session.sameAccount(target);
      return locateTarget(parts, target);
    },
    async disable(target, state) {
      refuseProtected(target);
      await session.sameAccount(target);
      return disableTarget(target, state);
    },
    restore: async (target, preImage) => taskFor('restore', target, preImage),
    async verify(target, preImage) {
      await session.sameAccount(target);
      return verifyTarget(certificates, preImage);
    },
    remove: async (target, preImage) => taskFor('remove', target, preImage),
  };
}

/** The registered module. */
export const awsAcm: ConnectorModule<AwsAcmSettings> = {
  manifest,
  settings: AwsAcmSettings,
  create: (settings, context) => createAwsAcm(settings, context),
};
