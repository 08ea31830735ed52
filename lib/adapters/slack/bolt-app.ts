// Slack's requests into the product: signature first, then Bolt, then our handlers. The only file that knows Bolt.
import { App, AwsLambdaReceiver, type Logger, LogLevel } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../../application/ports/clock.ts';
import type { People } from '../../application/ports/people.ts';
import type { Queue } from '../../application/ports/queue.ts';
import type { ReviewActions } from '../../application/review-actions.ts';
import type { Edge } from './edge.ts';
import { type HttpAnswer, type HttpEvent, openRequest, type SignedRequest } from './envelope.ts';
import type { SlackLog } from './log.ts';
import { isOurAction, onAction } from './on-action.ts';
import { onCommand } from './on-command.ts';
import { onHomeOpened } from './on-home.ts';
import { onShortcut } from './on-shortcut.ts';
import { onSubmission } from './on-submission.ts';
import { isThreadReply, onThreadReply } from './on-thread.ts';
import { BlockActions, HomeOpened, Shortcut, SlashCommand, ThreadReply, ViewSubmission } from './payloads.ts';
import { createRecognise } from './recognise.ts';

/** What the Slack edge is made of. */
export interface SlackAppDeps {
  readonly signingSecret: string;
  readonly botToken: string;
  readonly teamId: string;
  /** The Enterprise Grid organisation, when the app is installed in one. */
  readonly enterpriseId?: string | undefined;
  readonly client: WebClient;
  readonly actions: ReviewActions;
  readonly people: People;
  /** Where acts go; its worker is `applySlackAct`. */
  readonly decisions: Queue;
  /** Business time. */
  readonly clock: Clock;
  /** Real time in ms: signatures expire by it. */
  readonly wallClock: () => number;
  readonly log: SlackLog;
}

/** A Lambda handler for API Gateway v2 and function URLs. */
export type SlackHandler = (event: HttpEvent) => Promise<HttpAnswer>;

type Routed =
  | { readonly kind: 'bolt'; readonly body: object }
  | { readonly kind: 'answer'; readonly answer: HttpAnswer };

const EMPTY: HttpAnswer = { statusCode: 200, body: '' };

/**
 * Builds the handler. One address serves interactivity, events and commands.
 * Answers 401 unsigned, 400 signed but not of Slack's shape, 200 for what the product does not use; 500 only when a
 * store, the queue or Slack failed, so that Slack shows the person its warning sign (and sends events again).
 */
export function createSlackApp(deps: SlackAppDeps): SlackHandler {
  const edge: Edge = { ...deps, recognise: createRecognise(deps) };
  const dispatch = createBolt(deps, edge);
  return async (event) => {
    const opened = openRequest(event, deps.signingSecret, deps.wallClock());
    if (opened.kind === 'ssl-check') return EMPTY;
    if (opened.kind === 'refused') {
      deps.log('warn', 'request refused', { why: opened.why, statusCode: opened.statusCode });
      return { statusCode: opened.statusCode, body: '' };
    }
    const routed = route(opened.request, deps.log);
    return routed.kind === 'answer' ? routed.answer : dispatch(routed.body, opened.request.evidenceDigest);
  };
}

/** Reads the body with the schema of its kind; Bolt only ever sees what came through one. */
function route({ body, contentType }: SignedRequest, log: SlackLog): Routed {
  const type = typeof body['type'] === 'string' ? body['type'].slice(0, 40) : '';
  if (contentType === 'application/json' && type === 'url_verification') return challenge(body['challenge']);
  const schema = schemaFor(body, contentType);
  if (!schema) {
    log('info', 'request not used', { type });
    return { kind: 'answer', answer: EMPTY };
  }
  const parsed = schema.safeParse(body);
  if (parsed.success && isWellFormed(parsed.data)) return { kind: 'bolt', body: withoutNulls(parsed.data) };
  const path = parsed.error?.issues[0]?.path.join('.').slice(0, 120) ?? 'text that is not well-formed';
  log('warn', 'request malformed', { type, path });
  return { kind: 'answer', answer: { statusCode: 400, body: '' } };
}

function schemaFor(body: Readonly<Record<string, unknown>>, contentType: SignedRequest['contentType']) {
  if (contentType === 'application/json') {
    return body['type'] === 'event_callback' ? eventSchema(body['event']) : undefined;
  }
  if (body['type'] === 'block_actions') return BlockActions;
  if (body['type'] === 'view_submission') return ViewSubmission;
  if (body['type'] === 'shortcut' || body['type'] === 'message_action') return Shortcut;
  return body['type'] === undefined && 'command' in body ? SlashCommand : undefined;
}

function eventSchema(event: unknown) {
  if (typeof event !== 'object' || event === null) return undefined;
  const named: Readonly<Record<string, unknown>> = { ...event };
  if (named['type'] === 'app_home_opened') return HomeOpened;
  return isThreadReply(named) ? ThreadReply : undefined;
}

function challenge(given: unknown): Routed {
  if (typeof given !== 'string' || given.length > 1000) {
    return { kind: 'answer', answer: { statusCode: 400, body: '' } };
  }
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ challenge: given });
  return { kind: 'answer', answer: { statusCode: 200, headers, body } };
}

function createBolt(deps: SlackAppDeps, edge: Edge) {
  const logger = quietLogger(deps.log);
  const receiver = new AwsLambdaReceiver({
    signingSecret: deps.signingSecret,
    // Already checked, on the raw bytes: this receiver parses before it checks and reads base64 bodies as ASCII.
    signatureVerification: false,
    logger,
    customPropertiesExtractor: (event) => ({ evidenceDigest: event.headers['x-countersign-evidence'] }),
  });
  const app = new App({
    receiver,
    logger,
    convoStore: false,
    ignoreSelf: false,
    // `token` would call auth.test at load and for each event.
    authorize: async () => ({ botToken: deps.botToken }),
  });
  listen(app, edge);
  const handle = receiver.toHandler();
  return async (body: object, evidenceDigest: string): Promise<HttpAnswer> => {
    const answer = await handle(eventFor(body, evidenceDigest), {});
    if (answer.statusCode === 404) return EMPTY;
    const headers = answer.headers as Record<string, string> | undefined;
    return { statusCode: answer.statusCode, ...(headers ? { headers } : {}), body: answer.body };
  };
}

function listen(app: App, edge: Edge): void {
  app.action(/.*/, async ({ ack, body, action, context }) => {
    const actionId = 'action_id' in action ? action.action_id : '';
    if (isOurAction(actionId)) await onAction(edge, body as unknown as BlockActions, digestIn(context));
    else edge.log('info', 'action not used', { actionId: actionId.slice(0, 40) });
    await ack();
  });
  app.view(/.*/, async ({ ack, body, context }) => {
    const answer = await onSubmission(edge, body as unknown as ViewSubmission, digestIn(context));
    await (ack as (response: unknown) => Promise<void>)(answer);
  });
  app.shortcut(/.*/, async ({ ack, body, context }) => {
    await onShortcut(edge, body as unknown as Shortcut, digestIn(context));
    await ack();
  });
  app.command(/.*/, async ({ ack, body, context }) => {
    await ack(await onCommand(edge, body, digestIn(context)));
  });
  app.event('app_home_opened', async ({ body, context }) => {
    await onHomeOpened(edge, body as unknown as HomeOpened, digestIn(context));
  });
  app.event('message', async ({ body, context }) => {
    await onThreadReply(edge, body as unknown as ThreadReply, digestIn(context));
  });
  app.error(async (error) => {
    edge.log('error', 'interaction failed', { code: error.code, cause: error.message });
    throw error;
  });
}

function digestIn(context: Readonly<Record<string, unknown>>): string {
  return String(context['evidenceDigest']);
}

/** The parsed body as the event Bolt's receiver reads. */
function eventFor(body: object, evidenceDigest: string) {
  const headers = { 'content-type': 'application/json', 'x-countersign-evidence': evidenceDigest };
  return {
    headers,
    body: JSON.stringify(body),
    isBase64Encoded: false,
    path: '/slack',
  } as unknown as Parameters<ReturnType<AwsLambdaReceiver['toHandler']>>[0];
}

/** Bolt logs whole events at debug level: those never reach our log. */
function quietLogger(log: SlackLog): Logger {
  const write =
    (level: 'warn' | 'error') =>
    (...said: unknown[]) => {
      const [first] = said;
      log(level, 'bolt', { said: first instanceof Error ? first.message : String(first).slice(0, 300) });
    };
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: write('warn'),
    error: write('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}

/** Bolt looks into every field that is there, and fails on a null one. */
function withoutNulls(body: object): object {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

/** Half a character is nothing Slack sends, and nothing an address or a digest can be made of. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isWellFormed);
}
