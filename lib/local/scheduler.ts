// Runs what time brings: ticks where something is due, and schedules, on a clock that can be moved.
import { Cron } from 'croner';
import { type Instant, instantOf, millisOf } from '../domain/time.ts';
import type { DueHeap } from './due-heap.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Work that happens on a schedule. */
export interface Schedule {
  readonly name: string;
  /** Five fields, as in EventBridge Scheduler's cron without the year. */
  readonly cron: string;
  readonly timeZone: string;
  readonly run: () => Promise<void>;
}

/** What the scheduler drives. */
export interface SchedulerParts {
  readonly clock: VirtualClock;
  readonly due: DueHeap;
  /** One tick with everything it sets off, until nothing is left to do at this instant. */
  readonly settle: () => Promise<void>;
  readonly schedules: readonly Schedule[];
}

/** Options of a move. */
export interface AdvanceOptions {
  /** Called after every step, when the work of that instant is done. */
  readonly onStep?: ((now: Instant) => Promise<void>) | undefined;
  /** Further instants to stop at, asked for before every step. */
  readonly wakeAt?: (() => Instant | undefined) | undefined;
}

/** Moves time. */
export interface Scheduler {
  /** Steps from due instant to due instant up to `until`, draining work between. */
  advanceTo(until: Instant, options?: AdvanceOptions): Promise<void>;
  /** Does what is due now, schedules included. */
  catchUp(): Promise<void>;
}

/** Makes the scheduler. */
export function scheduler({ clock, due, settle, schedules }: SchedulerParts): Scheduler {
  const upcoming = schedules.map((schedule) => ({ schedule, at: nextRun(schedule, clock.now()) }));

  const runSchedules = async (now: Instant) => {
    for (const entry of upcoming) {
      while (entry.at !== undefined && entry.at <= now) {
        entry.at = nextRun(entry.schedule, entry.at);
        await entry.schedule.run();
      }
    }
  };
  const step = async () => {
    const now = clock.now();
    await runSchedules(now);
    due.pass(now);
    await settle();
  };
  return {
    catchUp: step,
    async advanceTo(until, options = {}) {
      await step();
      for (;;) {
        const stops = [due.next(), options.wakeAt?.(), ...upcoming.map(({ at }) => at)].filter(
          (at) => at !== undefined,
        );
        const next = stops.reduce<Instant | undefined>(
          (best, at) => (best === undefined || at < best ? at : best),
          undefined,
        );
        if (next === undefined || next > until) break;
        if (next > clock.now()) clock.moveTo(next);
        await step();
        await options.onStep?.(clock.now());
      }
      if (until > clock.now()) clock.moveTo(until);
      await step();
    },
  };
}

function nextRun({ cron, timeZone }: Schedule, after: Instant): Instant | undefined {
  const next = new Cron(cron, { timezone: timeZone }).nextRun(new Date(millisOf(after)));
  return next ? instantOf(next.getTime()) : undefined;
}
