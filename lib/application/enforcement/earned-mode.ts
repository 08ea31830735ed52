// Enforcement earns its mode: a connector and tier are armed only on what shadow has shown.
import type { Definition } from '../../domain/campaign/definition.ts';
import { RefusedError } from '../../domain/errors.ts';
import { RiskTier } from '../../domain/identity/risk-tier.ts';
import { whyNotArmed } from '../../domain/removal/shadow.ts';
import type { Environment } from '../environment.ts';
import type { ModeChange } from '../governance/mode-changes.ts';
import { readShadow } from './shadow-counters.ts';

/**
 * Refuses what would arm too early.
 * @throws RefusedError CONFLICT naming each connector and tier, and what is lacking
 */
export async function requireEarned(
  environment: Environment,
  definition: Definition,
  changes: readonly ModeChange[],
): Promise<void> {
  const arming = changes.filter(({ to }) => to === 'armed');
  if (arming.length === 0 || environment.armsFreely) return;
  const { store, clock } = environment;
  const known = [...new Set((await store.inventories()).map(({ connector }) => connector))];
  const parts = arming.flatMap(({ connector, tier }) =>
    (connector === '*' ? known : [connector]).flatMap((id) =>
      (tier === '*' ? RiskTier.options : [tier]).map((one) => ({ connector: id, tier: one })),
    ),
  );
  const shown = await readShadow(store, parts);
  const lacking = parts.flatMap(({ connector, tier }, index) => {
    const counts = shown[index];
    const why = counts && whyNotArmed(counts, definition.validityDays[tier], clock.now());
    return why === undefined ? [] : [`${connector}/${tier}: ${why}`];
  });
  const missing = parts.length === 0 ? ['nothing was collected yet, so shadow has shown nothing'] : lacking;
  if (missing.length === 0) return;
  throw new RefusedError({
    code: 'CONFLICT',
    message: `Definition "${definition.definitionId}" cannot be armed yet. ${missing.join('; ')}.`,
  });
}
