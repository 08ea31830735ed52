// What runs in the account goes on running: keys that were in use when the quarter began are used again every few days.
import { daysBetween, type Instant, millisOf } from '../../domain/time.ts';
import type { LocalStack } from '../stack.ts';

/** Used more recently than this when the quarter began, a key belongs to something that still runs. */
const RUNNING_DAYS = 30;
/** Days between two uses. */
const EVERY_DAYS = 6;
/** Keys that go on being used in a very large account. */
const MOST_KEYS = 300;

/** Makes the workloads. Called now and then, it uses what is due; a key that was switched off is refused, as it should be. */
export function workloads(stack: LocalStack): (now: Instant) => void {
  const startedAt = stack.clock.now();
  const running = stack.company.accountSeed.users
    .filter(({ keys }) => keys.some((key) => key.status === 'Active' && isRunning(key.lastUse, startedAt)))
    .map(({ userName, keys }) => ({
      userName,
      slots: keys.flatMap((key, position) =>
        key.status === 'Active' && isRunning(key.lastUse, startedAt) ? [key.slot ?? position + 1] : [],
      ),
    }))
    .slice(0, MOST_KEYS);
  let usedAt: Instant | undefined;
  return (now) => {
    if (usedAt !== undefined && daysBetween(usedAt, now) < EVERY_DAYS) return;
    usedAt = now;
    for (const { userName, slots } of running) {
      for (const { accessKeyId, slot } of stack.iam.keysOf(userName)) {
        if (slots.includes(slot)) stack.iam.useKey(accessKeyId, 's3', 'eu-north-1');
      }
    }
  };
}

function isRunning(lastUse: { readonly state: string; readonly at?: Instant }, startedAt: Instant): boolean {
  return (
    lastUse.state === 'used' &&
    lastUse.at !== undefined &&
    millisOf(lastUse.at) <= millisOf(startedAt) &&
    daysBetween(lastUse.at, startedAt) < RUNNING_DAYS
  );
}
