// The functions of the product, invoked here as AWS would: with the same events, through queues of this process.

import { join } from 'node:path';
import type { WebClient } from '@slack/web-api';
import type { SlackLog } from '../adapters/slack/log.ts';
import { liveDigestOf } from '../application/live-digest.ts';
import { hearCallback } from '../application/removal/hear-callback.ts';
import { campaignActs } from '../runtime/campaign-acts.ts';
import { freshDigests } from '../runtime/fresh-digests.ts';
import { createHandler as createAnswerSlack } from '../runtime/handlers/answer-slack.ts';
import { createHandler as createApplyAnswers } from '../runtime/handlers/apply-answers.ts';
import { createHandler as createCollect } from '../runtime/handlers/collect-identities.ts';
import { createHandler as createDispatch } from '../runtime/handlers/dispatch-due-work.ts';
import { createHandler as createWorker } from '../runtime/handlers/do-work.ts';
import { createHandler as createMailEvents } from '../runtime/handlers/receive-mail-events.ts';
import { createHandler as createSealLedger } from '../runtime/handlers/seal-ledger.ts';
import { createHandler as createServeWeb } from '../runtime/handlers/serve-web.ts';
import type { LedgerCases } from '../runtime/ledger-cases.ts';
import type { Log } from '../runtime/log.ts';
import { type RuntimePorts, type UseCases, useCases } from '../runtime/use-cases.ts';
import { type LocalQueue, localQueue } from './local-queue.ts';

/** What the functions are made of. */
export interface FunctionParts extends Omit<RuntimePorts, 'queues'> {
  readonly slack: {
    readonly signingSecret: string;
    readonly botToken: string;
    readonly teamId: string;
    readonly client: WebClient;
  };
  /** Where queues keep what waits in them. */
  readonly queueDir: string;
  /** Signs browser cookies of the review page. */
  readonly cookieSecret: string;
  readonly ledger: LedgerCases;
  readonly log: Log;
}

/** The functions, ready to be invoked. */
export interface Functions {
  readonly useCases: UseCases;
  /** The minute's tick; returns how much was dispatched. */
  tick(): Promise<number>;
  collect(event: unknown): Promise<unknown>;
  /** The ledger's pass: heartbeat, seal, copy, cosign, post, index. */
  seal(): Promise<unknown>;
  /** Works off every queue until all are empty. */
  drain(): Promise<void>;
  receiveMailEvent(event: unknown): Promise<void>;
  /** The HTTP functions: `/slack/events` and the review page. */
  fetch(request: Request): Promise<Response>;
  /** Messages given up by any worker. */
  deadLetters(): readonly { readonly queue: string; readonly id: string }[];
}

/** Puts functions and queues together. */
export function localFunctions(parts: FunctionParts): Functions {
  const { log, slack } = parts;
  const journalOf = (queue: string) => join(parts.queueDir, `${queue}.jsonl`);
  const queues: Record<
    'campaigns' | 'dockets' | 'removals' | 'verifications' | 'promises' | 'answers',
    LocalQueue
  > = {
    campaigns: localQueue(() => worker, journalOf('campaigns')),
    dockets: localQueue(() => worker, journalOf('dockets')),
    removals: localQueue(() => worker, journalOf('removals')),
    verifications: localQueue(() => worker, journalOf('verifications')),
    promises: localQueue(() => worker, journalOf('promises')),
    answers: localQueue(() => applyAnswers, journalOf('answers')),
  };
  const cases = useCases({ ...parts, queues, countAttestations: parts.ledger.countAttestations });
  const deps = { useCases: cases, log };
  const worker = createWorker(deps);
  const slackLog: SlackLog = (level, message, fields) => log[level](message, fields);
  const edge = {
    ...slack,
    actions: cases.actions,
    people: parts.environment.people,
    clock: parts.environment.clock,
    log: slackLog,
  };
  const campaigns = campaignActs({
    environment: parts.environment,
    steerCampaign: cases.steerCampaign,
    startOpening: async ({ definitionId, launchedBy, campaignId }) => {
      await cases.openCampaign({ definitionId, launchedBy, campaignId });
      return campaignId;
    },
  });
  const applyAnswers = createApplyAnswers(
    { ...edge, campaigns, liveDigest: liveDigestOf(parts.environment) },
    log,
  );
  const answerSlack = createAnswerSlack({ ...edge, decisions: queues.answers, wallClock: Date.now });
  const { environment, messengers } = parts;
  const serveWeb = createServeWeb({
    links: cases.links,
    summaries: cases.summaries,
    actions: freshDigests(cases.actions, { environment, slack: messengers.slack, log }),
    hearCallback: hearCallback(parts.environment),
    clock: parts.environment.clock,
    log,
    cookieSecret: parts.cookieSecret,
    secureCookies: false,
  });
  const mailEvents = createMailEvents({ environment: parts.environment, log });
  const dispatch = createDispatch(deps);
  return {
    useCases: cases,
    tick: async () => (await dispatch()).dispatched,
    collect: createCollect(deps),
    seal: createSealLedger({ ledger: parts.ledger, log }),
    drain: () => drainAll(Object.values(queues)),
    async receiveMailEvent(event) {
      await mailEvents({ Records: [{ messageId: 'local', body: JSON.stringify(event) }] });
    },
    fetch: frontDoor(answerSlack, serveWeb, queues.answers, log),
    deadLetters: () =>
      Object.entries(queues).flatMap(([queue, { deadLetters }]) =>
        deadLetters.map(({ id }) => ({ queue, id })),
      ),
  };
}

async function drainAll(queues: readonly LocalQueue[]): Promise<void> {
  for (let handled = 1; handled > 0; ) {
    handled = 0;
    for (const queue of queues) handled += await queue.drain();
  }
}

/** What API Gateway does in AWS: Slack's requests to one function, everything else to the other. */
function frontDoor(
  answerSlack: ReturnType<typeof createAnswerSlack>,
  serveWeb: ReturnType<typeof createServeWeb>,
  answers: LocalQueue,
  log: Log,
): (request: Request) => Promise<Response> {
  return async (request) => {
    if (new URL(request.url).pathname !== '/slack/events') return serveWeb(request);
    const answer = await answerSlack({
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
      isBase64Encoded: false,
    });
    // Behind SQS the worker would start by itself; here it is started once Slack has its answer.
    setImmediate(
      () => void answers.drain().catch((error: unknown) => log.error('answers failed', { error })),
    );
    return new Response(answer.body, { status: answer.statusCode, headers: answer.headers ?? {} });
  };
}
