// The file connector: any system without a connector of its own.
import type { Connector, Located, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { ConnectorContext, ConnectorModule } from '../connector.ts';
import { collectIdentities, identityOfRow } from './collect.ts';
import { disableTarget, refuseProtected, taskIdOf } from './disable.ts';
import { manifest } from './manifest.ts';
import { readRows } from './read-rows.ts';
import { FileSettings } from './settings.ts';
import { verifyTarget } from './verify.ts';

function createFileConnector(settings: FileSettings, context: ConnectorContext): Connector {
  return {
    manifest,
    collect: () => collectIdentities(settings, context),
    locate: (target) => locateTarget(settings, context, target),
    disable: async (target, state) => disableTarget(target, state),
    restore: async (target) => ({ evidence: [taskIdOf('restore', target)] }),
    verify: async (target) => verifyTarget(target),
    async remove(target) {
      refuseProtected(target);
      return { evidence: [taskIdOf('remove', target)] };
    },
  };
}

/** Reads the file again: the row as it is now. */
async function locateTarget(
  settings: FileSettings,
  { clock }: ConnectorContext,
  target: RemovalTarget,
): Promise<Located> {
  const observedAt = clock.now();
  for await (const read of readRows(settings.path)) {
    const identity = identityOfRow(settings, read, observedAt);
    if (identity.identityId !== target.identityId) continue;
    refuseUnknownCredential(target);
    const { status = 'unknown' } = read.row;
    return {
      found: 'one',
      state: {
        label: `${identity.kind} ${identity.name} in ${identity.scope}`,
        enabled: status === 'active' || status === 'unknown',
        lastUse: identity.lastUse,
        observedAt,
        detail: { status, line: read.line },
      },
    };
  }
  return { found: 'vanished', reason: `${settings.path} has no row for ${target.identityId} any more` };
}

function refuseUnknownCredential({ credentialId, identityId, reviewed }: RemovalTarget): void {
  if (credentialId === undefined) return;
  if (reviewed.credentials.some((each) => each.credentialId === credentialId)) return;
  throw new RefusedError({ code: 'NOT_FOUND', message: `${identityId} has no credential ${credentialId}` });
}

/** The registered module. */
export const file: ConnectorModule<FileSettings> = {
  manifest,
  settings: FileSettings,
  create: createFileConnector,
};
