// Words of a command line that somebody is to copy.
import { oneLine } from '../presentation/web/safe-text.ts';

/** As a shell takes it. */
export function quoted(text: string): string {
  return `'${oneLine(text, 2000).replaceAll("'", String.raw`'\''`)}'`;
}
