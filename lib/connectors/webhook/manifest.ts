// What the webhook connector says of itself: it asks the customer's own automation, and checks what that says.
import type { ConnectorManifest } from '../../application/ports/connector.ts';

const asked = (description: string) => ({ how: 'automatic' as const, description });

/** Key under which the capabilities of every kind and credential type stand. */
const EVERYTHING = '*';

/** Manifest of the webhook connector. */
export const manifest: ConnectorManifest = {
  id: 'webhook',
  title: 'Anything your own automation switches off',
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
    collect: asked('signed request `list`, a page at a time'),
    disable: { [EVERYTHING]: asked('signed request `disable`; done once its state reads back off') },
    restore: {
      [EVERYTHING]: asked('signed request `restore` with the state it had; done once it reads back so'),
    },
    verify: {
      [EVERYTHING]: asked(
        'signed request `verify`; level `confirmed` on the automation’s signed word, else `unchecked`',
      ),
    },
    remove: { [EVERYTHING]: asked('signed request `remove`; done once it reads back gone') },
  },
  // Rights are the automation's own; Countersign holds the shared secret and nothing else.
  permissions: [],
  secretSettings: ['secret'],
};
