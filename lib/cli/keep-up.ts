// `local up`: the stack, kept running for the other commands.
import { collectionWarnings, prepareStack } from '../local/first-steps.ts';
import type { SessionOptions } from '../local/session.ts';
import { warningText } from '../presentation/terminal/collection-text.ts';
import { addressesText } from '../presentation/terminal/stack-text.ts';
import type { CliContext } from './context.ts';
import { lookOf } from './on-stack.ts';
import { runInForeground } from './session-in-foreground.ts';

/** Starts the stack (a new one is prepared first), says where it is, and keeps it running until stopped. */
export async function keepUp(context: CliContext, options: SessionOptions): Promise<void> {
  await runInForeground(context, options, async ({ stack, reopened }) => {
    if (!reopened) await prepareStack(stack, (said) => context.err.write(`${said}\n`));
    const warnings = await collectionWarnings(stack);
    context.err.write(warningText(warnings, { paint: context.paint.err }));
    const { addresses, dataDir, clock, company } = stack;
    const look = lookOf(context, clock.now());
    context.say({
      json: { addresses, dataDir, now: clock.now(), company: company.name, warnings },
      text: `${company.name}, ${clock.now()}\n${addressesText(addresses, look)}Ctrl-C or "countersign local down" ends it.\n`,
    });
  });
}
