import { notGiven } from './refuse.ts';
import type { Base } from './start.ts';

/** A setting that `lib/functions.ts` says the function has. @throws IntegrityError when it says otherwise: a mistake of ours */
export function wanted(
  { name, settings }: Pick<Base, 'name' | 'settings'>,
  setting: Exclude<keyof Base['settings'], 'queues' | 'functions'>,
): string {
  const value = settings[setting];
  if (value === undefined) throw notGiven(name, `the setting "${setting}"`);
  return value;
}
