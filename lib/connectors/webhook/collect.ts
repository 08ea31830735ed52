// Lists identities: signed request `list`, a page at a time. What could not be read makes the report partial.
import type * as z from 'zod';
import { UpstreamError } from '../../domain/errors.ts';
import type { CollectionReport } from '../../domain/identity/collection.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import type { Instant } from '../../domain/time.ts';
import type { ConnectorContext } from '../connector.ts';
import { notDone } from './automation.ts';
import type { Exchange } from './exchange.ts';
import { identityOf } from './listed-identity.ts';
import { manifest } from './manifest.ts';
import { ListReply, type NotDone } from './schema.ts';
import type { WebhookSettings } from './settings.ts';

/** How a wait is made; injected so that tests need not. */
export type Sleep = (ms: number) => Promise<unknown>;

/** What a collection works with. */
export interface CollectParts {
  readonly settings: WebhookSettings;
  readonly context: ConnectorContext;
  readonly exchange: Exchange;
  readonly sleep: Sleep;
}

type Page = Extract<z.infer<typeof ListReply>, { readonly status: 'done' }>;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** More pages than this are a list that has no end. */
const MAX_PAGES = 10_000;

/** Lists every identity once; the report is final when the iteration ends, also when it ends early. */
export function collectIdentities(parts: CollectParts): {
  readonly identities: AsyncIterable<Identity>;
  report(): CollectionReport;
} {
  const { settings, context } = parts;
  const startedAt = context.clock.now();
  const tally = createTally(settings.retryBudget);
  let endedAt: Instant | undefined;
  let finished = false;
  async function* walk(): AsyncGenerator<Identity, void, undefined> {
    try {
      for await (const page of pagesOf(parts, tally)) {
        for (const listed of page.identities) {
          const identity = identityOf(listed, settings.system, startedAt);
          if (!tally.isNew(identity)) continue;
          yield identity;
        }
      }
      finished = true;
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      // Nothing at all came: the caller must know that, not store an empty inventory.
      if (tally.identities === 0) throw error;
      tally.gaps.push(`the list breaks off after ${tally.identities} identities (${error.message})`);
    } finally {
      endedAt = context.clock.now();
    }
  }
  const report = (): CollectionReport => ({
    schemaVersion: 1,
    connector: manifest.id,
    connectorVersion: '1',
    scope: settings.system,
    startedAt,
    endedAt: endedAt ?? context.clock.now(),
    completeness: finished ? 'complete' : 'partial',
    gaps: finished || tally.gaps.length > 0 ? tally.gaps : ['the list was not read to its end'],
    calls: [{ action: 'list', calls: tally.calls, pages: tally.pages, failures: [...tally.failures] }],
    identities: tally.identities,
    credentials: tally.credentials,
    excluded: 0,
    independentCounts: countsOf(tally),
    warnings: tally.doubles > 0 ? [`${tally.doubles} identities were listed twice and are taken once`] : [],
  });
  return { identities: walk(), report };
}

interface Tally {
  calls: number;
  pages: number;
  identities: number;
  credentials: number;
  doubles: number;
  left: number;
  total: number | undefined;
  readonly failures: string[];
  readonly gaps: string[];
  isNew(identity: Identity): boolean;
}

function createTally(retryBudget: number): Tally {
  const seen = new Set<string>();
  const tally: Tally = {
    calls: 0,
    pages: 0,
    identities: 0,
    credentials: 0,
    doubles: 0,
    left: retryBudget,
    total: undefined,
    failures: [],
    gaps: [],
    isNew({ identityId, credentials }) {
      if (seen.has(identityId)) {
        tally.doubles += 1;
        return false;
      }
      seen.add(identityId);
      tally.identities += 1;
      tally.credentials += credentials.length;
      return true;
    },
  };
  return tally;
}

function countsOf({ total, identities }: Tally): CollectionReport['independentCounts'] {
  return total === undefined ? [] : [{ what: 'identities', theirs: total, ours: identities }];
}

async function* pagesOf(parts: CollectParts, tally: Tally): AsyncGenerator<Page, void, undefined> {
  const asked = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await readPage(parts, tally, cursor);
    yield page;
    cursor = page.next;
    if (cursor !== undefined && (asked.has(cursor) || asked.size >= MAX_PAGES)) {
      throw rejected(`list: page ${tally.pages} says to go on where the list has been`);
    }
    if (cursor !== undefined) asked.add(cursor);
  } while (cursor !== undefined);
}

function rejected(message: string): UpstreamError {
  return new UpstreamError({ provider: manifest.id, code: 'REJECTED', retryable: false, message });
}

async function readPage(
  { exchange, context, sleep }: CollectParts,
  tally: Tally,
  cursor: string | undefined,
): Promise<Page> {
  const question = { requestId: `list-${tally.pages + 1}`, act: 'list' as const };
  for (let attempt = 0; ; attempt += 1) {
    tally.calls += 1;
    try {
      const asked = { ...question, ...(cursor === undefined ? {} : { page: cursor }) };
      const { reply, text } = await exchange.ask(asked, ListReply);
      if (reply.status !== 'done') throw asUpstream(reply);
      tally.pages += 1;
      tally.total = reply.total ?? tally.total;
      context.keepRaw?.(`list-${tally.pages}.json`, Buffer.from(text));
      return reply;
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (!error.retryable || tally.left === 0) {
        tally.failures.push(error.message);
        throw error;
      }
      tally.left -= 1;
      context.note(`${error.message}; trying again`);
      await sleep(Math.min(error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS));
    }
  }
}

/** A list that is refused is a failure like any other: there is no removal to refuse. */
function asUpstream(reply: NotDone): UpstreamError {
  const error = notDone('list', reply);
  return error instanceof UpstreamError ? error : rejected(error.message);
}
