// Hands events to their consumer one after another, at least once, without holding up the sender.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SesEvent } from './mail-events.ts';

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 20;

/** An event its consumer refused every time. */
export interface DeadEvent {
  readonly event: SesEvent;
  readonly error: unknown;
}

/** Events on their way. */
export interface EventQueue {
  push(events: readonly SesEvent[]): void;
  /** Resolves when every event pushed so far was taken or given up. */
  settled(): Promise<void>;
  /** What was given up after three attempts. */
  dead(): readonly DeadEvent[];
}

/** Without a consumer, events go nowhere. */
export function openEventQueue(onEvent: ((event: SesEvent) => void | Promise<void>) | undefined): EventQueue {
  const given: DeadEvent[] = [];
  let tail = Promise.resolve();
  const deliver = async (event: SesEvent): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await onEvent?.(event);
        return;
      } catch (error) {
        if (attempt === ATTEMPTS) {
          given.push({ event, error });
          return;
        }
        await sleep(FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  };
  return {
    push(events) {
      for (const event of events) tail = tail.then(() => deliver(event));
    },
    settled: () => tail,
    dead: () => [...given],
  };
}
