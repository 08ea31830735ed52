// The aws-iam connector: IAM users, their keys, and roles.
import { setTimeout as wait } from 'node:timers/promises';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Connector, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { ConnectorContext, ConnectorModule } from '../connector.ts';
import { hasActivity, readActivity } from './activity.ts';
import { type AwsClients, createAwsClients } from './aws-clients.ts';
import { createCallLog, type Sleep } from './call-log.ts';
import { createCanaries } from './canaries.ts';
import { collectIdentities } from './collect.ts';
import { disableTarget, refuseProtected, removeTarget, restoreTarget } from './disable.ts';
import { createFileSource } from './file-source.ts';
import { createLiveSource } from './live-source.ts';
import { locateTarget } from './locate.ts';
import { manifest } from './manifest.ts';
import { ownPrincipals } from './own-principals.ts';
import { createRoleSwitch } from './role-switch.ts';
import { AwsIamSettings } from './settings.ts';
import { attempt, createUserCredentials } from './user-credentials.ts';
import { createUserSessions } from './user-sessions.ts';
import { verifyTarget } from './verify.ts';

/** Makes the connector. `sleep` is how it waits between two looks at a report in the making. */
export function createAwsIam(
  settings: AwsIamSettings,
  context: ConnectorContext,
  sleep: Sleep = wait,
): Connector {
  const clients = createAwsClients(settings);
  const now = () => context.clock.now();
  const parts = {
    credentials: createUserCredentials(clients),
    roles: createRoleSwitch(clients, now),
    sessions: createUserSessions(clients),
    canaries: createCanaries(settings, context, sleep),
    now,
  };
  const guard = createGuard(settings, clients);
  return {
    manifest,
    scope: settings.account,
    collect() {
      const log = createCallLog({ retryBudget: settings.retryBudget, sleep, note: context.note });
      const source = settings.from
        ? createFileSource(settings.from)
        : createLiveSource({ clients, log, sleep, settings });
      return collectIdentities(settings, context, source);
    },
    async locate(target) {
      await guard.sameAccount(target);
      return locateTarget(parts, target);
    },
    async disable(target, state) {
      refuseProtected(target);
      await guard.sameAccount(target);
      await guard.notOurselves(target);
      return disableTarget(parts, state);
    },
    async restore(target, preImage) {
      await guard.sameAccount(target);
      return restoreTarget(parts, preImage);
    },
    async verify(target, preImage, disabledAt) {
      await guard.sameAccount(target);
      return verifyTarget(parts, preImage, disabledAt);
    },
    async remove(target, preImage) {
      refuseProtected(target);
      await guard.sameAccount(target);
      await guard.notOurselves(target);
      return removeTarget(parts, preImage);
    },
    ...(hasActivity(settings) && {
      async activity(target: RemovalTarget, from: Instant, until: Instant) {
        await guard.sameAccount(target);
        const reading = { settings, clients, locate: parts, now, sleep, note: context.note };
        return readActivity(reading, target, from, until);
      },
    }),
  };
}

/** Looks at whose account, and which identity, these credentials are. */
function createGuard(settings: AwsIamSettings, { sts }: AwsClients) {
  let asked:
    | Promise<{ readonly Account?: string | undefined; readonly Arn?: string | undefined }>
    | undefined;
  const caller = async () => {
    asked ??= attempt('GetCallerIdentity', () => sts.send(new GetCallerIdentityCommand({})));
    try {
      return await asked;
    } catch (error) {
      asked = undefined;
      throw error;
    }
  };
  return {
    /** @throws RefusedError CONFLICT when the target is in another account than these credentials. */
    async sameAccount({ identityId, reviewed }: RemovalTarget): Promise<void> {
      const { Account } = await caller();
      if (Account === reviewed.scope) return;
      const message = `${identityId} is in account ${reviewed.scope}, these credentials are for ${Account ?? 'none'}`;
      throw new RefusedError({ code: 'CONFLICT', message });
    },
    /** @throws RefusedError PROTECTED when the target is what Countersign works as. */
    async notOurselves({ identityId, reviewed }: RemovalTarget): Promise<void> {
      const { Arn } = await caller();
      const partition = Arn?.split(':')[1] ?? 'aws';
      const [resource = ''] = reviewed.nativeId.split('#');
      if (!ownPrincipals(settings, Arn)(`arn:${partition}:iam::${reviewed.scope}:${resource}`)) return;
      throw new RefusedError({
        code: 'PROTECTED',
        message: `${identityId} is what Countersign itself works as`,
      });
    },
  };
}

/** The registered module. */
export const awsIam: ConnectorModule<AwsIamSettings> = {
  manifest,
  settings: AwsIamSettings,
  create: (settings, context) => createAwsIam(settings, context),
};
