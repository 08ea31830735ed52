import { notGiven } from './refuse.ts';
import type { Base } from './start.ts';

/** A setting that `lib/functions.ts` says the function has. @throws IntegrityError when it says otherwise: a mistake of ours */
export function wanted<K extends Exclude<keyof Base['settings'], 'queues' | 'functions'>>(
  { name, settings }: Pick<Base, 'name' | 'settings'>,
  setting: K,
): string {
  const value = settings[setting];
  if (value === undefined) throw notGiven(name, `the setting "${setting}"`);
  return value;
}
