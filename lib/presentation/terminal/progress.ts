// How far something has come: one line that is drawn over on a terminal, a line every quarter elsewhere.
import { oneLine } from '../web/safe-text.ts';
import { cutTo } from './width.ts';

/** A progress bar while it runs. */
export interface ProgressBar {
  /** `fraction` from 0 to 1; it never goes back. */
  update(fraction: number, label: string): void;
  /** Leaves the line clean for what follows. */
  finish(): void;
}

const BAR = 24;
const ERASE_LINE = '\r\u001b[2K';

/** Makes a bar that writes to `write`. */
export function progressBar(options: {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly width: number;
}): ProgressBar {
  return options.isTerminal ? drawnOver(options) : linesOnly(options.write);
}

function drawnOver({ write, width }: { write: (text: string) => void; width: number }): ProgressBar {
  let shown = '';
  let furthest = 0;
  return {
    update(fraction, label) {
      furthest = Math.max(furthest, clamped(fraction));
      const filled = Math.round(furthest * BAR);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
      const line = cutTo(`${bar} ${percent(furthest)} ${oneLine(label, 200)}`, Math.max(BAR, width - 1));
      if (line === shown) return;
      shown = line;
      write(`${ERASE_LINE}${line}`);
    },
    finish() {
      if (shown !== '') write(ERASE_LINE);
      shown = '';
    },
  };
}

function linesOnly(write: (text: string) => void): ProgressBar {
  let quarter = 0;
  return {
    update(fraction, label) {
      const reached = Math.floor(clamped(fraction) * 4);
      if (reached <= quarter) return;
      quarter = reached;
      write(`${percent(clamped(fraction)).trim()} ${oneLine(label, 200)}\n`);
    },
    finish: () => undefined,
  };
}

function clamped(fraction: number): number {
  return Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
}

function percent(fraction: number): string {
  return `${String(Math.floor(fraction * 100)).padStart(3)} %`;
}
