// `doctor`: looks whether everything is such that reviews can be held, and says what to fix.

import { instantOf, millisOf } from '../../domain/time.ts';
import { renderExamination } from '../../presentation/terminal/examination.ts';
import type { CheckResult } from '../../runtime/doctor/examine.ts';
import { type AddCommand, examples } from '../command.ts';
import type { ExitCode } from '../context.ts';
import { onTarget, type TargetOptions, targetOf } from '../on-stack.ts';
import type { Target } from '../target.ts';

/** AWS takes signatures that are up to five minutes off; Slack likewise. */
const MAX_SKEW_MS = 60_000;

/** Adds the command. */
export const addDoctor: AddCommand = (program, context) => {
  const command = onTarget(
    program
      .command('doctor')
      .summary('what keeps reviews from being held, and how to fix it')
      .description(
        'Look at everything a review needs: people, definitions, inventories, Slack, mail, keys, the log, the clock’s work. Exit code 1 when something has to be fixed. What could not be looked at is said to be unchecked.',
      ),
  );
  examples(command, 'doctor', 'doctor --endpoint https://reviews.example.com').action(
    async (options: TargetOptions) => {
      const target = await targetOf(context, options);
      const before = millisOf(context.now());
      const { now } = await target.ask({ do: 'time' });
      const after = millisOf(context.now());
      const { results } = await target.ask({ do: 'doctor' });
      const all = [...skewOf(target, millisOf(now), [before, after]), ...results];
      const problems = all.filter(({ outcome }) => outcome === 'problem').length;
      const text = renderExamination(all, context.paint.out);
      context.say({ json: { at: now, problems, results: all }, text });
      const code: ExitCode = problems > 0 ? 1 : 0;
      context.exitWith(code);
    },
  );
};

/** How far this machine's clock is from the installation's. The embedded stack has a clock of its own. */
function skewOf({ kind }: Target, now: number, [before, after]: readonly [number, number]): CheckResult[] {
  if (kind === 'embedded') return [];
  const offMs = Math.max(0, before - now, now - after);
  const named = { id: 'clock', title: 'This machine’s clock' };
  if (offMs <= MAX_SKEW_MS)
    return [{ ...named, outcome: 'ok', found: `Within ${Math.ceil(offMs / 1000)} s of the installation’s.` }];
  return [
    {
      ...named,
      outcome: 'problem',
      found: `It is ${Math.round(offMs / 1000)} s off (the installation says ${instantOf(now)}).`,
      fix: 'Set the clock of this machine by a time server: signed calls are refused when it is five minutes off.',
    },
  ];
}
