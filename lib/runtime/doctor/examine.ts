// An examination: checks that each look at one thing and say what they found and what to do about it.
import { UpstreamError } from '../../domain/errors.ts';

/** What one check found. `unchecked` is not fine: nobody looked. */
export type Finding =
  | { readonly outcome: 'ok'; readonly found: string }
  | {
      readonly outcome: 'problem' | 'unchecked';
      readonly found: string;
      /** What to do, as an instruction. */
      readonly fix: string;
    };

/** One thing to look at. */
export interface Check {
  readonly id: string;
  /** What is looked at, as a heading. */
  readonly title: string;
  run(): Promise<Finding>;
}

/** A check with what it found. */
export type CheckResult = Finding & Pick<Check, 'id' | 'title'>;

/** What an examination found. */
export interface Examination {
  readonly results: readonly CheckResult[];
}

/** Everything is as it should be. */
export const fine = (found: string): Finding => ({ outcome: 'ok', found });
/** Something has to be done. */
export const problem = (found: string, fix: string): Finding => ({ outcome: 'problem', found, fix });
/** It could not be looked at. */
export const unchecked = (found: string, fix: string): Finding => ({ outcome: 'unchecked', found, fix });

/** Runs every check, in order, one that fails included: then it is unchecked, and why is said. */
export async function examine(checks: readonly Check[]): Promise<Examination> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const { id, title } = check;
    results.push({ id, title, ...(await find(check)) });
  }
  return { results };
}

async function find(check: Check): Promise<Finding> {
  try {
    return await check.run();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof UpstreamError && error.code === 'DENIED')
      return unchecked(why, `Give the function that looks the permission, or look yourself: ${check.title}.`);
    return unchecked(why, 'See what it says, and run doctor again.');
  }
}
