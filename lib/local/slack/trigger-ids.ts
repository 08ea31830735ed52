// Trigger ids: proof that a person just did something, good for one view within three seconds.
import { randomBytes } from 'node:crypto';

/** Slack's limit, in wall-clock time: the person is waiting in front of the screen. */
const triggerLifeMs = 3000;

/** Why a trigger id does not open a view. */
export type TriggerProblem = 'expired_trigger_id' | 'exchanged_trigger_id' | 'invalid_trigger_id';

/** Issues and redeems trigger ids. */
export interface TriggerIds {
  issue(user: string): string;
  /** The person behind the id, once. */
  redeem(triggerId: string): { readonly user: string } | { readonly problem: TriggerProblem };
}

/** Trigger ids against the wall clock. */
export function createTriggerIds(wallClockMs: () => number): TriggerIds {
  const issued = new Map<string, { readonly user: string; readonly atMs: number; used: boolean }>();
  return {
    issue(user) {
      const atMs = wallClockMs();
      for (const [id, { atMs: then }] of issued) if (atMs - then > 60_000) issued.delete(id);
      const id = `${Math.floor(atMs)}.${randomBytes(4).readUInt32BE()}.${randomBytes(16).toString('hex')}`;
      issued.set(id, { user, atMs, used: false });
      return id;
    },
    redeem(triggerId) {
      const found = issued.get(triggerId);
      if (!found)
        return {
          problem: /^\d+\.\d+\.[0-9a-f]+$/.test(triggerId) ? 'expired_trigger_id' : 'invalid_trigger_id',
        };
      if (found.used) return { problem: 'exchanged_trigger_id' };
      if (wallClockMs() - found.atMs > triggerLifeMs) return { problem: 'expired_trigger_id' };
      found.used = true;
      return { user: found.user };
    },
  };
}
