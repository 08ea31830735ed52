// How far removals are trusted, per definition, connector and tier: their mode, what shadow showed, what is lacking to arm.
import { type Definition, type EnforcementMode, modeFor } from '../../domain/campaign/definition.ts';
import { RiskTier } from '../../domain/identity/risk-tier.ts';
import { type ShadowCounts, watchingOf, whyNotArmed } from '../../domain/removal/shadow.ts';
import type { Instant } from '../../domain/time.ts';
import type { Environment } from '../environment.ts';
import { loadDefinition } from '../load.ts';
import type { SwitchRecord } from '../ports/records.ts';
import { type ArmedPart, switchIdOf } from './back-to-shadow.ts';
import { readShadow } from './shadow-counters.ts';

/** When a switch was turned, by whom and why. */
export type Turned = Pick<SwitchRecord, 'by' | 'at' | 'reason'>;

/** What holds for one connector and tier under one definition. */
export interface EnforcementPart {
  readonly definitionId: string;
  readonly connector: string;
  readonly tier: RiskTier;
  /** What the definition says. */
  readonly mode: EnforcementMode;
  /** Whether a removal may act now: armed, not sent back to shadow, not stopped. */
  readonly acts: boolean;
  /** Present when it was sent back to shadow. */
  readonly sentBack?: Turned | undefined;
  readonly shadow: ShadowCounts & { readonly watching: number };
  /** Why it cannot be armed yet; absent when shadow has shown enough. */
  readonly lacking?: string | undefined;
}

/** How enforcement stands. */
export interface EnforcementStanding {
  readonly asOf: Instant;
  /** Present while the global stop is on. */
  readonly stopped?: Turned | undefined;
  /** Connectors and tiers that were sent back to shadow; `*` stands for every tier. */
  readonly sentBack: readonly (ArmedPart & Turned)[];
  readonly parts: readonly EnforcementPart[];
}

type Parts = Pick<Environment, 'store' | 'blobs' | 'clock' | 'connectors'>;

/** Makes the use case. */
export function showEnforcement(environment: Parts) {
  return async (): Promise<EnforcementStanding> => {
    const { store, blobs, clock } = environment;
    const asOf = clock.now();
    const definitions: Definition[] = [];
    for (const { digest } of await store.definitions()) definitions.push(await loadDefinition(blobs, digest));
    const connectors = connectorsOf(environment, definitions);
    const pairs = connectors.flatMap((connector) => RiskTier.options.map((tier) => ({ connector, tier })));
    const shown = await readShadow(store, pairs);
    const { stopped, sentBack } = await readTurned(environment, connectors);
    const parts = definitions.flatMap((definition) =>
      pairs.map((pair, index): EnforcementPart => {
        const counts = shown[index] ?? NOTHING_SHOWN;
        const mode = modeFor(definition, pair.connector, pair.tier);
        const back = sentBack.find(
          ({ connector, tier }) => connector === pair.connector && (tier === '*' || tier === pair.tier),
        );
        const lacking = whyNotArmed(counts, definition.validityDays[pair.tier], asOf);
        return {
          definitionId: definition.definitionId,
          ...pair,
          mode,
          acts: mode === 'armed' && !back && !stopped,
          ...(back ? { sentBack: turnedOf(back) } : {}),
          shadow: { ...counts, watching: watchingOf(counts) },
          ...(lacking === undefined ? {} : { lacking }),
        };
      }),
    );
    return { asOf, ...(stopped ? { stopped } : {}), sentBack, parts };
  };
}

const NOTHING_SHOWN: ShadowCounts = { would: 0, laterUsed: 0, quiet: 0, unknown: 0, since: undefined };

/** Those configured here, and those that definitions name. */
export function connectorsOf(
  { connectors }: Pick<Environment, 'connectors'>,
  definitions: readonly Definition[],
): string[] {
  const configured = connectors.all().map(({ manifest }) => manifest.id);
  const named = definitions.flatMap(({ enforcement }) => enforcement.modes.map(({ connector }) => connector));
  return [...new Set([...configured, ...named])].toSorted();
}

async function readTurned({ store }: Parts, connectors: readonly string[]) {
  const parts = connectors.flatMap((connector) =>
    (['*', ...RiskTier.options] as const).map((tier): ArmedPart => ({ connector, tier })),
  );
  const ids = ['enforcement' as const, ...parts.map(switchIdOf)];
  const [global, ...turned] = await store.getMany(
    'switch',
    ids.map((switchId) => ({ switchId })),
  );
  const sentBack = parts.flatMap((part, index) => {
    const record = turned[index];
    return record?.stopped ? [{ ...part, ...turnedOf(record) }] : [];
  });
  return { stopped: global?.stopped ? turnedOf(global) : undefined, sentBack };
}

function turnedOf({ by, at, reason }: Turned): Turned {
  return { by, at, reason };
}
