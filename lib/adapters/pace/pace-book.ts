// Where a pace is counted. What one window of time lets through is handed out in blocks, so that the count is written a few
// times a window and not once a message.

/** What is taken of a window; windows are numbered by time. */
export interface PaceAsk {
  readonly window: number;
  readonly count: number;
  /** Of the whole window, no more than this may be used by the asker. */
  readonly ceiling: number;
  readonly nowMs: number;
}

/** What was taken, 0 when nothing is left; or until when nobody may send. */
export type PaceTaken = { readonly taken: number } | { readonly shutUntilMs: number };

/** Counts of each limit, by its name. Times are ms since the epoch, by the wall clock. */
export interface PaceBook {
  take(limit: string, ask: PaceAsk): Promise<PaceTaken>;
  /** Nobody may send until then; never earlier than said before. */
  shut(limit: string, untilMs: number): Promise<void>;
  /** Takes places in the line of those who wait, one after the other. @returns when the first of them is */
  line(limit: string, ask: { readonly fromMs: number; readonly lengthMs: number }): Promise<number>;
}

/** The counts of one limit. */
export interface PacePage {
  readonly window: number;
  readonly used: number;
  readonly shutUntilMs: number;
  /** End of the line. */
  readonly lineMs: number;
}

/** The page after something was taken; without a page when nothing was. */
export function takeFrom(
  page: PacePage,
  { window, count, ceiling, nowMs }: PaceAsk,
): { readonly page?: PacePage; readonly answer: PaceTaken } {
  if (page.shutUntilMs > nowMs) return { answer: { shutUntilMs: page.shutUntilMs } };
  // A window that is over by somebody else's clock lets nobody through any more.
  if (page.window > window) return { answer: { taken: 0 } };
  const used = page.window === window ? page.used : 0;
  const taken = Math.max(0, Math.min(count, ceiling - used));
  if (taken === 0) return { answer: { taken } };
  return { page: { ...page, window, used: used + taken }, answer: { taken } };
}

/** The page after places in the line were taken, and when the first of them is. */
export function placeIn(
  page: PacePage,
  fromMs: number,
  lengthMs: number,
): { readonly page: PacePage; readonly answer: number } {
  const first = Math.max(page.lineMs, fromMs);
  return { page: { ...page, lineMs: first + lengthMs }, answer: first };
}

/** Counts within one process. */
export function createMemoryPaceBook(): PaceBook {
  const pages = new Map<string, PacePage>();
  const pageOf = (limit: string): PacePage =>
    pages.get(limit) ?? { window: 0, used: 0, shutUntilMs: 0, lineMs: 0 };
  const keep = <T>(limit: string, { page, answer }: { readonly page?: PacePage; readonly answer: T }): T => {
    if (page) pages.set(limit, page);
    return answer;
  };
  return {
    take: async (limit, ask) => keep(limit, takeFrom(pageOf(limit), ask)),
    async shut(limit, untilMs) {
      const page = pageOf(limit);
      pages.set(limit, { ...page, shutUntilMs: Math.max(page.shutUntilMs, untilMs) });
    },
    line: async (limit, { fromMs, lengthMs }) => keep(limit, placeIn(pageOf(limit), fromMs, lengthMs)),
  };
}
