// How a command joins the program.
import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** Adds one command, with its options, help and examples. */
export type AddCommand = (program: Command, context: CliContext) => void;

/** Examples under a command's help. */
export function examples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${lines.map((line) => `  countersign ${line}`).join('\n')}`,
  );
}
