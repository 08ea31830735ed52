// The automation as seen from one target: look at it, change it, and judge what came back against the deadline.
import { createHash } from 'node:crypto';
import { digestOf } from '../../application/plain-json.ts';
import type { RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import { type Instant, instantOf, MINUTE_MS, millisOf, plusMs } from '../../domain/time.ts';
import type { Exchange, Question } from './exchange.ts';
import { plainText, quoted } from './plain-text.ts';
import { type Act, ActReply, LookReply, type NotDone } from './schema.ts';
import type { WebhookSettings } from './settings.ts';
import { SKEW_SECONDS } from './signature.ts';

/** Acts that change something. */
export type ChangingAct = Extract<Act, 'disable' | 'restore' | 'remove'>;

/** The automation, asked about targets. */
export interface Automation {
  /** Its reply to `locate` or `verify`, as it is. */
  look(act: 'locate' | 'verify', target: RemovalTarget): Promise<LookReply>;
  /**
   * Has it change the target, which stands at `revision`. Answers with evidence once it says that it is done.
   * @throws UpstreamError NOT_READY while it works on it, TIMEOUT after its deadline; RefusedError NOT_SUPPORTED
   */
  change(
    act: ChangingAct,
    target: RemovalTarget,
    to: { readonly revision: string; readonly restoreTo?: Question['restoreTo'] },
  ): Promise<readonly string[]>;
}

/** Makes it. */
export function createAutomation(
  settings: WebhookSettings,
  exchange: Exchange,
  wallClock: () => number,
): Automation {
  const deadlineMs = settings.deadlineMinutes * MINUTE_MS;
  return {
    async look(act, target) {
      return (await exchange.ask(questionAbout(act, target), LookReply)).reply;
    },
    async change(act, target, { revision, restoreTo }) {
      const question = {
        ...questionAbout(act, target, revision),
        revision,
        deadlineAt: instantOf(wallClock() + deadlineMs),
        ...(restoreTo === undefined ? {} : { restoreTo }),
        ...(settings.callbackUrl === undefined ? {} : { callbackUrl: settings.callbackUrl }),
      };
      const { reply } = await exchange.ask(question, ActReply);
      if (reply.status === 'accepted') throw working(act, reply.acceptedAt, deadlineMs, wallClock());
      if (reply.status !== 'done') throw notDone(act, reply);
      return [question.requestId, ...reply.evidence.map(plainText).filter((line) => line !== '')];
    },
  };
}

/** The id of a request: the same for the same act on the same target while that stands at the same revision. */
export function requestIdOf(act: Act, target: RemovalTarget, revision?: string): string {
  const { identityId, credentialId } = target;
  const named = JSON.stringify([act, identityId, credentialId ?? null, revision ?? null]);
  return `req-${createHash('sha256').update(named).digest('hex').slice(0, 32)}`;
}

function questionAbout(act: Act, target: RemovalTarget, revision?: string): Question {
  const { identityId, credentialId, reviewed } = target;
  const { kind, nativeId, name, credentials } = reviewed;
  const providerId = credentials.find((each) => each.credentialId === credentialId)?.providerId;
  return {
    requestId: requestIdOf(act, target, revision),
    act,
    target: {
      identityId,
      kind,
      nativeId,
      name,
      ...(credentialId === undefined ? {} : { credentialId }),
      ...(providerId === undefined ? {} : { credentialProviderId: providerId }),
    },
    reviewedDigest: digestOf(reviewed),
  };
}

/**
 * Enforcement tries five times, waiting 2, 4, 8 and 16 times what it is told: 30 times this is the deadline, and half a
 * minute more, so that the last look comes after it.
 */
function waitFor(deadlineMs: number): number {
  return Math.ceil((deadlineMs + MINUTE_MS / 2) / 30);
}

/** What a reply that is not `done` means. Nothing of it ever counts as done. */
export function notDone(act: Act, reply: NotDone): UpstreamError | RefusedError {
  switch (reply.status) {
    case 'refused': {
      const message = `${act}: the automation refused: ${quoted(reply.reason)}`;
      return new RefusedError({ code: 'NOT_SUPPORTED', message });
    }
    case 'failed':
      return upstream('REJECTED', `${act}: the automation failed: ${quoted(reply.reason)}`);
    case 'unknown':
      return again('UNAVAILABLE', `${act}: the automation cannot tell: ${quoted(reply.reason)}`);
    default:
      return reply satisfies never;
  }
}

/** What `accepted` means: ask again until the deadline, and not after it. */
function working(act: Act, acceptedAt: Instant, deadlineMs: number, now: number): UpstreamError {
  if (millisOf(acceptedAt) > now + SKEW_SECONDS * 1_000) {
    return upstream('REJECTED', `${act}: accepted in the future, at ${acceptedAt}`);
  }
  const deadlineAt = plusMs(acceptedAt, deadlineMs);
  if (now >= millisOf(deadlineAt)) {
    const what = `accepted at ${acceptedAt}, not done by the deadline at ${deadlineAt}; it may still take effect`;
    return upstream('TIMEOUT', `${act}: ${what}`);
  }
  const what = `the automation is still working on it (accepted at ${acceptedAt}, deadline ${deadlineAt})`;
  return again('NOT_READY', `${act}: ${what}`, waitFor(deadlineMs));
}

/** A failure that no repetition mends. */
export function upstream(code: UpstreamError['code'], message: string): UpstreamError {
  return new UpstreamError({ provider: 'webhook', code, retryable: false, message });
}

/** A failure that time may mend. */
export function again(code: UpstreamError['code'], message: string, retryAfterMs?: number): UpstreamError {
  return new UpstreamError({ provider: 'webhook', code, retryable: true, message, retryAfterMs });
}
