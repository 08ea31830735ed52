// Colours for people; none where a program reads, or where somebody asked for none (https://no-color.org).
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Ways to set text off. Each is the identity function when colours are off. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
  /** Something nobody may overlook. */
  readonly loud: (text: string) => string;
}

/** Colours only on a terminal, and never with NO_COLOR set (to anything but nothing) or TERM=dumb. */
export function paintFor(stream: {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Paint {
  const { env } = stream;
  const on = stream.isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const style = (format: Style) => (text: string) =>
    on ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: style('bold'),
    dim: style('dim'),
    good: style('green'),
    warn: style('yellow'),
    bad: style('red'),
    loud: style(['bold', 'white', 'bgRed']),
  };
}
