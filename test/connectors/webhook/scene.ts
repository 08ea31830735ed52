// The connector over a running automation, and a target of it as a reviewer was shown it.
import type { Connector, RemovalTarget } from '../../../lib/application/ports/connector.ts';
import type { ConnectorContext } from '../../../lib/connectors/connector.ts';
import { createWebhook, type Machine } from '../../../lib/connectors/webhook/connector.ts';
import { WebhookSettings } from '../../../lib/connectors/webhook/settings.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import type { ObservedState } from '../../../lib/domain/removal/pre-image.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { SECRET } from './automation.ts';

/** The review's time; signatures go by the machine's own. */
export const NOW = '2026-03-01T09:00:00.000Z' as Instant;

/** Makes the connector. `notes` collects what it tells people. */
export function webhookOver(
  url: string,
  settings: Readonly<Record<string, unknown>> = {},
  machine: Partial<Machine> & {
    readonly secret?: () => string;
    readonly notes?: string[];
    readonly clock?: () => Instant;
    readonly keepRaw?: ConnectorContext['keepRaw'];
  } = {},
): Connector {
  const { secret = () => SECRET, notes = [], keepRaw, clock = () => NOW, ...own } = machine;
  return createWebhook(
    WebhookSettings.parse({ url, secret: 'env:WEBHOOK', system: 'robots', local: true, ...settings }),
    {
      clock: { now: clock },
      note: (message) => notes.push(message),
      secret: async () => secret(),
      keepRaw,
    },
    {
      wallClock: Date.now,
      resolve: async () => {
        throw new Error('nothing is looked up here');
      },
      sleep: async () => undefined,
      ...own,
    },
  );
}

/** Everything the connector lists. */
export async function listOf(connector: Connector): Promise<Identity[]> {
  const identities: Identity[] = [];
  for await (const identity of connector.collect().identities) identities.push(identity);
  return identities;
}

/** One account as a target. */
export async function targetOf(connector: Connector, nativeId: string): Promise<RemovalTarget> {
  const reviewed = (await listOf(connector)).find((each) => each.nativeId === nativeId);
  if (!reviewed) throw new Error(`no ${nativeId}`);
  return { identityId: reviewed.identityId, credentialId: undefined, reviewed };
}

/** Its state, which must be told. */
export async function stateOf(connector: Connector, target: RemovalTarget): Promise<ObservedState> {
  const located = await connector.locate(target);
  if (located.found !== 'one') throw new Error(located.reason);
  return located.state;
}
