// `collect` on a deployed installation: started, then followed until every connector has a newer reading.
import { MINUTE_MS } from '../domain/time.ts';
import type { InstallationResult } from '../runtime/control/installation-handlers.ts';
import type { CliContext } from './context.ts';
import { unavailable } from './control-answer.ts';
import { follow } from './follow.ts';
import type { InstallationClient } from './installation-client.ts';
import { withProgress } from './on-stack.ts';

/** Readings made since somebody asked; none where nobody waited. */
export interface Collected {
  readonly requestedAt: string;
  readonly expected: readonly string[];
  readonly collections: InstallationResult<'collections'>;
}

/** A function works at most 15 minutes. */
const PATIENCE = { everyMs: 5_000, forMs: 16 * MINUTE_MS };

/** Collects, and waits unless told not to. @throws UpstreamError when a reading does not come */
export async function collectDeployed(
  context: CliContext,
  installation: InstallationClient,
  connectors: string[],
  wait: boolean,
): Promise<Collected> {
  const started = await installation.ask({ do: 'start-collect', connectors });
  if (!wait) return { ...started, collections: [] };
  const { requestedAt, expected } = started;
  let missing = expected;
  const collections = await withProgress(context, (onProgress) =>
    follow(context, PATIENCE, async () => {
      const all = await installation.ask({ do: 'collections' });
      const fresh = all.filter(
        ({ connector, collectedAt }) => expected.includes(connector) && collectedAt >= requestedAt,
      );
      missing = expected.filter((id) => !fresh.some(({ connector }) => connector === id));
      if (missing.length === 0) return fresh;
      onProgress(1 - missing.length / expected.length, `reading ${missing.join(', ')}`);
      return undefined;
    }),
  );
  if (collections) return { ...started, collections };
  throw unavailable(
    'installation',
    `there is no new reading of ${missing.join(', ')} yet; the log of collect-identities says why`,
  );
}
