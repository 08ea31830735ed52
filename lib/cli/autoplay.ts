// `demo --autoplay`: the quarter plays by itself; what came of it is shown, and checked against what had to come of it.
import { readdir } from 'node:fs/promises';
import { RefusedError } from '../domain/errors.ts';
import { playQuarter } from '../local/autoplay/play-quarter.ts';
import { proveQuarter } from '../local/autoplay/prove-quarter.ts';
import { collectionWarnings } from '../local/first-steps.ts';
import { openSession, type SessionOptions } from '../local/session.ts';
import { warningText } from '../presentation/terminal/collection-text.ts';
import { quarterText } from '../presentation/terminal/quarter-text.ts';
import type { CliContext } from './context.ts';
import { lookOf, withProgress } from './on-stack.ts';

/** Plays. Exit 1 when an expectation did not come true. */
export async function autoplay(context: CliContext, options: SessionOptions): Promise<void> {
  await mustBeNew(options.dataDir);
  const session = await openSession({ ...options, sealEveryHours: 12 });
  const { stack } = session;
  try {
    const from = stack.clock.now();
    const played = await withProgress(context, (onProgress) =>
      playQuarter(stack, {
        seal: proveQuarter,
        onProgress: ({ day, days, at, said }) => {
          context.interrupted.throwIfAborted();
          onProgress(day / days, `${at.slice(0, 10)} ${said}`);
        },
      }),
    );
    const warnings = await collectionWarnings(stack);
    context.err.write(warningText(warnings, { paint: context.paint.err }));
    const { summary, expectations, notPlayed, refusals } = played;
    const page = {
      company: stack.company.name,
      from,
      until: stack.clock.now(),
      summary,
      expectations,
      notPlayed,
      dataDir: stack.dataDir,
    };
    const failed = expectations.filter(({ passed }) => !passed).length;
    context.say({
      json: {
        ...summary,
        company: page.company,
        from,
        until: page.until,
        dataDir: page.dataDir,
        warnings,
        expectations: { passed: expectations.length - failed, failed, all: expectations },
        refusals,
      },
      text: quarterText(page, lookOf(context, page.until)),
    });
    if (failed > 0) context.exitWith(1);
  } finally {
    await session.close();
  }
}

/** A quarter is played from its beginning; over an old one, nothing would come out as it must. */
async function mustBeNew(dataDir: string): Promise<void> {
  try {
    if ((await readdir(dataDir)).length === 0) return;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  throw new RefusedError({
    code: 'CONFLICT',
    message: `--data-dir: ${dataDir} is not empty; a quarter is played in a folder of its own.`,
  });
}
