// The pass over Slack's members that serves every function: a few pages at a time, going on where it was stopped.
import type { WebClient } from '@slack/web-api';
import type { Environment } from '../../application/environment.ts';
import type { RecordKeys, Records } from '../../application/ports/records.ts';
import { update } from '../../application/ports/review-store.ts';
import { leaveSlackMembers } from '../../application/slack-members.ts';
import { ConflictError, IntegrityError, UpstreamError } from '../../domain/errors.ts';
import { HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../../domain/time.ts';
import type { SlackLog } from './log.ts';
import { keepMembers, type Member, membersKept, pageOfMembers } from './members.ts';
import { upstreamFrom } from './upstream.ts';

type Row = Records['slack-members'];
type Pass = NonNullable<Row['pass']>;

/** Pages of one run. Slack lets an app ask for 20 a minute; the next run is a minute later. */
const PAGES_AT_ONCE = 10;
/** Half a million members: whatever is longer has no end. */
const MOST_PAGES = 500;
/** How long a page may take before another process reads on, in ms. */
const LEASE_MS = 2 * MINUTE_MS;
/** A pass older than this would mix what was with what is: it begins again. In ms. */
const PASS_MS = 2 * HOUR_MS;
/** From one pass to the next: a quarter of an hour, or a minute a page where that is longer. In ms. */
const EVERY_MS = 15 * MINUTE_MS;

/** What the pass reads with. */
export interface ReadMembersDeps extends Pick<Environment, 'store' | 'blobs' | 'clock'> {
  readonly client: WebClient;
  readonly teamId: string;
  readonly log: SlackLog;
}

/**
 * Makes the work: reads on in the list where the last run stopped, and shares the whole list when it is complete. Of two
 * that read at once, one goes on. After a rate limit it goes on at the same page when Slack says; after a crash, when the
 * lease of the page is over. A list that Slack gives up half-way is begun again; until it is complete the last one serves.
 */
export function readMembers(deps: ReadMembersDeps) {
  return async (key: RecordKeys['slack-members']): Promise<string> => {
    const { store, clock } = deps;
    if (key.teamId !== deps.teamId) return leaveSlackMembers(deps, key);
    const row = await store.get('slack-members', key);
    const now = clock.now();
    if (row?.nextDueAt === undefined || row.nextDueAt > now) return 'not due';
    const isFresh = row.pass !== undefined && row.pass.startedAt > plusMs(now, -PASS_MS);
    const pass: Pass = row.pass && isFresh ? row.pass : { startedAt: now, pages: [] };
    try {
      return await readOn(deps, await moved(deps, row, { pass, nextDueAt: plusMs(now, LEASE_MS) }), pass);
    } catch (error) {
      if (error instanceof ConflictError) return 'another reads it';
      throw error;
    }
  };
}

async function moved(deps: ReadMembersDeps, row: Row, change: Partial<Row>): Promise<Row> {
  const write = update('slack-members', row, change);
  await deps.store.commit([write]);
  return write.record;
}

async function readOn(deps: ReadMembersDeps, claimed: Row, begun: Pass): Promise<string> {
  const { client, blobs, teamId, clock } = deps;
  let row = claimed;
  let pass = begun;
  const read: (readonly Member[])[] = [];
  for (let count = 0; count < PAGES_AT_ONCE; count += 1) {
    let page: Awaited<ReturnType<typeof pageOfMembers>>;
    try {
      page = await pageOfMembers(client, pass.cursor);
    } catch (cause) {
      return putOff(deps, row, pass, upstreamFrom('users.list', cause));
    }
    read.push(page.members);
    if (page.cursor === undefined) return share(deps, row, pass, read);
    const pages = [...pass.pages, await keepMembers(blobs, teamId, page.members)];
    if (pages.length >= MOST_PAGES) return putOff(deps, row, pass, noEnd());
    pass = { ...pass, cursor: page.cursor, pages };
    const isLast = count === PAGES_AT_ONCE - 1;
    const nextDueAt = plusMs(clock.now(), isLast ? 0 : LEASE_MS);
    row = await moved(deps, row, { pass, nextDueAt });
  }
  return `${pass.pages.length} pages so far`;
}

/** Everything read, in one file in the order of their ids. A member on two pages, because the list moved, is there once. */
async function share(
  deps: ReadMembersDeps,
  row: Row,
  pass: Pass,
  read: readonly (readonly Member[])[],
): Promise<string> {
  const { blobs, teamId, clock, log } = deps;
  const earlier = pass.pages.slice(0, pass.pages.length - (read.length - 1));
  const byId = new Map<string, Member>();
  try {
    for (const digest of earlier) {
      for (const member of await membersKept(blobs, teamId, digest)) byId.set(member.id, member);
    }
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    return putOff(deps, row, pass, error);
  }
  for (const member of read.flat()) byId.set(member.id, member);
  if (byId.size === 0) return putOff(deps, row, pass, noMembers());
  const members = [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const everyMs = Math.max(EVERY_MS, (pass.pages.length + 1) * MINUTE_MS);
  await moved(deps, row, {
    read: { digest: await keepMembers(blobs, teamId, members), at: pass.startedAt, members: members.length },
    pass: undefined,
    nextDueAt: plusMs(clock.now(), everyMs),
  });
  log('info', 'Slack’s members were read', { members: members.length, pages: pass.pages.length + 1 });
  return `${members.length} members`;
}

/** Later: at the same page where that can help, else from the beginning. What is no failure of Slack's is thrown. */
async function putOff(deps: ReadMembersDeps, row: Row, pass: Pass, cause: unknown): Promise<string> {
  if (!(cause instanceof UpstreamError || cause instanceof IntegrityError)) throw cause;
  const goesOn = cause instanceof UpstreamError && cause.retryable;
  const waitMs = goesOn ? (cause.retryAfterMs ?? MINUTE_MS) : EVERY_MS;
  const nextDueAt: Instant = plusMs(deps.clock.now(), waitMs);
  const { code, message } = cause;
  deps.log('warn', 'users.list failed; it is read on later', { code, why: message, nextDueAt });
  await moved(deps, row, { pass: goesOn ? pass : undefined, nextDueAt });
  return `put off: ${code}`;
}

function noEnd(): UpstreamError {
  const message = `users.list: more than ${MOST_PAGES} pages`;
  return new UpstreamError({ code: 'REJECTED', message, provider: 'slack', retryable: false });
}

function noMembers(): UpstreamError {
  const message = 'users.list: nobody in the whole list is a member';
  return new UpstreamError({ code: 'REJECTED', message, provider: 'slack', retryable: false });
}
