// A system identities live in, in memory: every switch is a boolean, so tests see exactly what was done to it.
import type { ActivityEvent, Connector, Located } from '../../lib/application/ports/connector.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import type { Instant } from '../../lib/domain/time.ts';

/** The system and the levers tests pull. */
export interface TargetSystem {
  readonly connector: Connector;
  readonly enabled: Map<string, boolean>;
  readonly used: Map<string, Instant>;
  readonly disables: string[];
  readonly restores: string[];
  identities: readonly Identity[];
  /** Its inventory is incomplete. */
  partial: boolean;
  /** Thrown whenever its log is read. */
  failActivity?: Error | undefined;
  /** Thrown by the next disable, after (true) or before (false) it took effect. */
  failDisable?: { readonly error: Error; readonly after: boolean } | undefined;
}

/** Makes the system with everything switched on. */
export function targetSystem(identities: readonly Identity[], clock: { now(): Instant }): TargetSystem {
  const automatic = { how: 'automatic' as const, description: 'a switch' };
  const system: TargetSystem = {
    identities,
    partial: false,
    enabled: new Map(identities.map(({ identityId }) => [identityId, true])),
    used: new Map(),
    disables: [],
    restores: [],
    connector: {
      manifest: {
        id: 'aws-iam',
        title: 'Test system',
        identityKinds: ['service-account', 'api-key', 'workload-identity'],
        capabilities: {
          collect: automatic,
          disable: {
            'service-account': automatic,
            'api-key': automatic,
            'workload-identity': automatic,
            'ai-agent': { how: 'manual-task', description: 'ask the vendor' },
          },
          restore: { 'service-account': automatic },
          verify: { 'service-account': automatic },
          remove: { 'service-account': automatic },
        },
        permissions: [],
      },
      collect: () => ({
        identities: (async function* () {
          for (const identity of system.identities) yield { ...identity, observedAt: clock.now() };
        })(),
        report: () => ({
          schemaVersion: 1,
          connector: 'aws-iam',
          connectorVersion: 'test',
          scope: '123456789012',
          startedAt: clock.now(),
          endedAt: clock.now(),
          completeness: system.partial ? ('partial' as const) : ('complete' as const),
          gaps: [],
          calls: [],
          identities: system.identities.length,
          credentials: 0,
          excluded: 0,
          independentCounts: [],
          warnings: [],
        }),
      }),
      async locate({ identityId, reviewed }): Promise<Located> {
        const on = system.enabled.get(identityId);
        if (on === undefined) return { found: 'vanished', reason: 'it is not there any more' };
        const at = system.used.get(identityId);
        return {
          found: 'one',
          state: {
            label: identityId,
            enabled: on,
            lastUse: at ? { state: 'used', at, source: 'test' } : reviewed.lastUse,
            observedAt: clock.now(),
            detail: { on },
          },
        };
      },
      async disable({ identityId }, state) {
        const failure = system.failDisable;
        system.failDisable = undefined;
        if (failure && !failure.after) throw failure.error;
        const changed = system.enabled.get(identityId) === true;
        system.enabled.set(identityId, false);
        if (changed) system.disables.push(identityId);
        if (failure) throw failure.error;
        return {
          preImage: {
            connector: 'aws-iam',
            label: identityId,
            wasEnabled: state.enabled,
            takenAt: state.observedAt,
            detail: state.detail,
          },
          changed,
          evidence: ['request-1'],
        };
      },
      async restore({ identityId }, preImage) {
        system.enabled.set(identityId, preImage.detail['on'] === true);
        system.restores.push(identityId);
        return { evidence: ['request-2'] };
      },
      async verify({ identityId }) {
        const drifted = system.enabled.get(identityId) === true;
        return {
          level: drifted ? 'failed' : 'confirmed',
          reasons: [drifted ? 'it is on again' : 'read back off'],
          sessionsMayLiveUntil: undefined,
          drifted,
        };
      },
      async remove({ identityId }) {
        system.enabled.delete(identityId);
        return { evidence: ['request-3'] };
      },
    },
  };
  return system;
}

/** Gives the system a log of who used what. It has none by itself. */
export function keepLog(system: TargetSystem, log: ReadonlyMap<string, readonly ActivityEvent[]>): void {
  system.connector.activity = async ({ identityId }, from, until) => {
    if (system.failActivity) throw system.failActivity;
    return {
      source: 'a log of tests',
      classes: ['calls'],
      lagMinutes: 0,
      from,
      until,
      completeness: 'complete',
      events: (log.get(identityId) ?? []).filter(({ at }) => at >= from && at < until),
    };
  };
}

/** A failure the provider says may be tried again. */
export function throttled(): UpstreamError {
  return new UpstreamError({
    code: 'TIMEOUT',
    provider: 'test',
    retryable: true,
    message: 'the answer was lost',
  });
}
