// Something that happened to an identity, whatever was vouched before: its review falls due.
import * as z from 'zod';

/** What can happen to an identity. */
export const EventCause = z.enum([
  'first-seen',
  'owner-gone',
  'widened',
  'source-retired',
  'rotation-overdue',
  'secret-exposed',
  'exception-ended',
  'promise-missed',
  'drift',
]);
export type EventCause = z.infer<typeof EventCause>;

const WORDS: Readonly<Record<EventCause, string>> = {
  'first-seen': 'first seen',
  'owner-gone': 'owner gone',
  widened: 'privileges widened',
  'source-retired': 'workload retired',
  'rotation-overdue': 'rotation overdue',
  'secret-exposed': 'secret exposed',
  'exception-ended': 'exception ended',
  'promise-missed': 'promise missed',
  drift: 'changed after it was switched off',
};

/** What happened, in two or three words. */
export function eventWords(cause: EventCause): string {
  return WORDS[cause];
}
