// Reminders as they are when they are sent: none of what was settled by then.
import { IdentityKey } from '../domain/identity/identity-id.ts';
import type { Environment } from './environment.ts';
import type { BundleLine } from './ports/desk-records.ts';
import type { MessageBody } from './ports/messenger.ts';

/** A reminder and the snapshot it speaks of. */
export interface Reminder {
  readonly snapshot: string;
  readonly body: MessageBody;
}

/** The reminder of a promise or an ending exception; undefined when it is settled. */
export function reminderOf(environment: Environment, line: BundleLine): Promise<Reminder | undefined> {
  return line.what === 'promise-reminder' ? ofPromise(environment, line) : ofException(environment, line);
}

async function ofPromise({ store }: Environment, { of }: BundleLine): Promise<Reminder | undefined> {
  const [identityKey, promiseId = ''] = of.split('/');
  const key = IdentityKey.safeParse(identityKey);
  const promise = key.success ? await store.get('promise', { identityKey: key.data, promiseId }) : undefined;
  if (promise?.state !== 'pending') return undefined;
  const { campaignId, verdict, expectation, dueAt, snapshot, identityId } = promise;
  const item = await store.get('item', { campaignId, identityKey: promise.identityKey });
  const text =
    verdict === 'retire'
      ? 'It was said that this can go on that day: it is switched off then. If it is needed longer, please answer again.'
      : `This was promised: ${expectation || verdict}. It is checked on that day; what is not done by then is asked about again.`;
  const ref = { campaignId, identityKey: promise.identityKey, id: promiseId };
  const identityName = item?.name ?? identityId;
  return { snapshot, body: { purpose: 'promise-reminder', identityName, ref, text, until: dueAt } };
}

async function ofException({ store }: Environment, { of, text }: BundleLine): Promise<Reminder | undefined> {
  const key = IdentityKey.safeParse(text);
  const exception = key.success
    ? await store.get('exception', { identityKey: key.data, exceptionId: of })
    : undefined;
  if (!exception || !['granted', 'requested'].includes(exception.state)) return undefined;
  const { campaignId, identityKey, identityId, exceptionId, until, snapshot } = exception;
  const ref = { campaignId, identityKey, id: exceptionId };
  const said = 'The exception ends; without a new answer the identity counts as unattested from then on.';
  return {
    snapshot,
    body: { purpose: 'exception-ending', identityName: identityId, ref, text: said, until },
  };
}
