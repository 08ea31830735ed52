// The postgres connector: login roles of one server.
import { setTimeout as wait } from 'node:timers/promises';
import type { Connector, RemovalTarget } from '../../application/ports/connector.ts';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import type { ConnectorContext, ConnectorModule } from '../connector.ts';
import { tryLogin } from './canary.ts';
import { collectIdentities } from './collect.ts';
import { disableTarget, removeTarget, restoreTarget, type SwitchParts } from './disable.ts';
import { createFileSource } from './file-source.ts';
import { createLiveSource } from './live-source.ts';
import { locateTarget } from './locate.ts';
import { manifest } from './manifest.ts';
import { createServer, type Server, type Sleep } from './server.ts';
import type { Password } from './session.ts';
import { PostgresSettings, type ServerSettings, serverOf, systemOf } from './settings.ts';
import { verifyTarget } from './verify.ts';

/** Makes the connector. `sleep` is how it waits before a further try, and between two looks at sessions. */
export function createPostgres(
  settings: PostgresSettings,
  context: ConnectorContext,
  sleep: Sleep = wait,
): Connector {
  const server = serverOf(settings);
  const open = (purpose: 'reading' | 'changing'): Server =>
    createServer({
      settings: server ?? nothingToReach(),
      purpose,
      password: passwordFrom(context, settings.passwordSecret),
      retryBudget: settings.retryBudget,
      sleep,
      note: context.note,
    });
  const on = async <T>(purpose: 'reading' | 'changing', act: (server: Server) => Promise<T>): Promise<T> => {
    const opened = open(purpose);
    try {
      return await act(opened);
    } finally {
      opened.close();
    }
  };
  const switching = <T>(act: (parts: SwitchParts) => Promise<T>): Promise<T> =>
    on('changing', (opened) => act({ server: opened, ownRoles: settings.ownRoles, sleep }));
  return {
    manifest,
    scope: systemOf(settings),
    collect() {
      const { from, pageSize } = settings;
      const source = from ? createFileSource(from) : createLiveSource(open('reading'), pageSize);
      return collectIdentities(settings, context, source);
    },
    async locate(target) {
      refuseElsewhere(settings, target);
      return on('reading', (opened) => locateTarget(opened, target, context.clock.now()));
    },
    async disable(target, state) {
      refuseElsewhere(settings, target);
      refuseProtected(target);
      return switching((parts) => disableTarget(parts, state));
    },
    async restore(target, preImage) {
      refuseElsewhere(settings, target);
      return switching((parts) => restoreTarget(parts, preImage));
    },
    async verify(target, preImage) {
      refuseElsewhere(settings, target);
      const login = canaryLogin(settings, server, context);
      return on('reading', (opened) => verifyTarget({ server: opened, login }, preImage));
    },
    async remove(target, preImage) {
      refuseElsewhere(settings, target);
      refuseProtected(target);
      return switching((parts) => removeTarget(parts, preImage));
    },
  };
}

function canaryLogin(
  { canaries }: PostgresSettings,
  server: ServerSettings | undefined,
  context: ConnectorContext,
) {
  return (role: string) => {
    const canary = canaries.find((each) => each.role === role);
    return canary && server && tryLogin(server, role, passwordFrom(context, canary.passwordSecret));
  };
}

/** The secret is read when the server asks for it, and not before. */
function passwordFrom({ secret }: ConnectorContext, name: string | undefined): Password {
  return async () => {
    if (name === undefined) throw badSecret('the server asks for a password and the settings name no secret');
    if (!secret) throw badSecret('there are no secrets here to read a password from');
    return secret(name);
  };
}

function badSecret(message: string): InvalidInputError {
  return new InvalidInputError({ code: 'BAD_SETTING', message: `postgres: ${message}` });
}

function nothingToReach(): never {
  throw new RefusedError({
    code: 'NOT_SUPPORTED',
    message:
      'postgres: these roles come from recorded rows; there is no server to ask or to change anything on',
  });
}

/** @throws RefusedError CONFLICT when the target is of another server than the settings' */
function refuseElsewhere(settings: PostgresSettings, { identityId, reviewed }: RemovalTarget): void {
  if (reviewed.scope === systemOf(settings)) return;
  const message = `${identityId} is of ${reviewed.scope}, these settings are of ${systemOf(settings)}`;
  throw new RefusedError({ code: 'CONFLICT', message });
}

/** @throws RefusedError PROTECTED */
function refuseProtected({ identityId, reviewed }: RemovalTarget): void {
  if (!reviewed.protection.protected) return;
  throw new RefusedError({
    code: 'PROTECTED',
    message: `${identityId} is protected: ${reviewed.protection.reason}`,
  });
}

/** The registered module. */
export const postgres: ConnectorModule<PostgresSettings> = {
  manifest,
  settings: PostgresSettings,
  create: (settings, context) => createPostgres(settings, context),
};
