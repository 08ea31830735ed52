// What the file connector says of itself: it reads, and gives people tasks; it cannot switch anything off.
import type { ConnectorManifest } from '../../application/ports/connector.ts';

const task = (description: string) => ({ how: 'manual-task' as const, description });

/** Key under which the capabilities of every kind and credential type stand. */
const EVERYTHING = '*';

/** Manifest of the file connector. */
export const manifest: ConnectorManifest = {
  id: 'file',
  title: 'Anything else, from a CSV or JSON Lines file',
  identityKinds: [
    'service-account',
    'api-key',
    'access-token',
    'certificate',
    'workload-identity',
    'secret',
    'oauth-app',
    'ssh-key',
    'ai-agent',
  ],
  capabilities: {
    collect: { how: 'automatic', description: 'reads the file; columns in the README' },
    disable: { [EVERYTHING]: task('a person switches it off in its own system and confirms') },
    restore: { [EVERYTHING]: task('a person switches it back on and confirms') },
    verify: { [EVERYTHING]: task('unchecked until a person confirms') },
    remove: { [EVERYTHING]: task('a person deletes it and confirms') },
  },
  permissions: [],
};
