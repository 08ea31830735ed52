// Message timestamps: unique and ordered over the whole workspace, as `seconds.micros`.

/** Hands out message timestamps. */
export interface Timestamps {
  /** The next timestamp: the business clock's now, or just after the last one when the clock stands still. */
  next(): string;
  /** Makes sure later timestamps come after this one, kept from an earlier run. */
  advancePast(ts: string): void;
}

/** Timestamps following `nowMs` (the business clock, which may be moved forward), never going back. */
export function createTimestamps(nowMs: () => number): Timestamps {
  let lastMicros = 0;
  return {
    next() {
      lastMicros = Math.max(Math.floor(nowMs()) * 1000, lastMicros + 1);
      return formatMicros(lastMicros);
    },
    advancePast(ts) {
      lastMicros = Math.max(lastMicros, microsOf(ts));
    },
  };
}

function formatMicros(micros: number): string {
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
}

/** A timestamp as whole microseconds since 1970, which a number holds exactly until the year 2255. */
export function microsOf(ts: string): number {
  const [seconds = '0', micros = '0'] = ts.split('.');
  return Number(seconds) * 1e6 + Number(micros.padEnd(6, '0').slice(0, 6));
}
