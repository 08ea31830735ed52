// An act that takes two people, each acting by themselves: one asks, the other asks for exactly the same and so approves.
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { ConflictError, RefusedError } from '../../domain/errors.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import { DAY_MS, plusMs } from '../../domain/time.ts';
import type { Environment } from '../environment.ts';
import { digestOf, fileBytes } from '../plain-json.ts';
import type { ActRequestRecord } from '../ports/records.ts';
import { create, update } from '../ports/review-store.ts';

/** How long a request waits for a second person, in ms. */
export const REQUEST_LIFE_MS = 7 * DAY_MS;

/** What is asked for. */
export interface AskedAct {
  /** In words, as the command calls it: `definitions apply`. */
  readonly act: string;
  /** Everything that is asked, as a value: the second person's has to have the same digest. */
  readonly asked: unknown;
}

/** Makes the use case: the first person asks. The same act asked twice is one request. */
export function requestAct({ store, blobs, clock }: Pick<Environment, 'store' | 'blobs' | 'clock'>) {
  return async ({ act, asked }: AskedAct, by: Authenticated, actId: string): Promise<ActRequestRecord> => {
    const requestId = `rq-${sha256Hex(fileBytes(actId)).slice(0, 24)}`;
    const earlier = await store.get('act-request', { requestId });
    if (earlier?.asked === digestOf(asked)) return earlier;
    const request: ActRequestRecord = {
      schemaVersion: 1,
      version: 1,
      requestId,
      act,
      asked: await blobs.put(fileBytes(asked)),
      by,
      expiresAt: plusMs(clock.now(), REQUEST_LIFE_MS),
    };
    await store.commit([create('act-request', request)]);
    return request;
  };
}

/**
 * Makes the use case: the second person approves, and the request is used up, whatever comes of the act itself: what
 * two people agreed on once is not done twice.
 * @returns the request, with who asked
 * @throws RefusedError `NOT_FOUND`, `EXPIRED`, `ALREADY_CLOSED` when it was used, `SECOND_PERSON` when the asker approves,
 *   `CONFLICT` when something else is asked now
 */
export function approveAct({ store, clock }: Pick<Environment, 'store' | 'clock'>) {
  return async (requestId: string, now: AskedAct, approver: Authenticated): Promise<ActRequestRecord> => {
    const request = await store.get('act-request', { requestId });
    if (!request) throw refused('NOT_FOUND', `There is no request ${requestId}.`);
    const what = `Request ${requestId} of ${request.by.personId}`;
    if (request.approval !== undefined) {
      throw refused('ALREADY_CLOSED', `${what} was approved by ${request.approval.personId}; ask anew.`);
    }
    if (request.expiresAt <= clock.now()) {
      throw refused('EXPIRED', `${what} waited until ${request.expiresAt}; ask anew.`);
    }
    if (request.by.personId === approver.personId) {
      throw refused('SECOND_PERSON', `${what} is your own; somebody else has to approve it.`);
    }
    if (request.act !== now.act || request.asked !== digestOf(now.asked)) {
      throw refused(
        'CONFLICT',
        `${what} (${request.act}) is not what you ask for now: run exactly the same command with --approve, over the same files, or let them ask anew.`,
      );
    }
    try {
      await store.commit([update('act-request', request, { approval: approver })]);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      throw refused('ALREADY_CLOSED', `${what} was approved by somebody else just now.`, error);
    }
    return request;
  };
}

function refused(
  code: 'NOT_FOUND' | 'EXPIRED' | 'ALREADY_CLOSED' | 'SECOND_PERSON' | 'CONFLICT',
  message: string,
  cause?: unknown,
): RefusedError {
  return new RefusedError({ code, message, cause });
}
