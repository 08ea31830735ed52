// The list of Slack's members that every function shares: when it begins to be read, and when that ends.
import { ConflictError } from '../domain/errors.ts';
import type { Environment } from './environment.ts';
import type { RecordKeys } from './ports/records.ts';
import { create, update } from './ports/review-store.ts';

type Parts = Pick<Environment, 'store' | 'clock'>;

/** Has the list read from now on, unless that was begun before. */
export async function watchSlackMembers({ store, clock }: Parts, teamId: string): Promise<void> {
  const row = await store.get('slack-members', { teamId });
  if (row?.nextDueAt !== undefined) return;
  const nextDueAt = clock.now();
  const begun = row
    ? update('slack-members', row, { nextDueAt })
    : create('slack-members', { schemaVersion: 1, version: 1, teamId, nextDueAt });
  try {
    await store.commit([begun]);
  } catch (error) {
    // Another process began at the same moment.
    if (!(error instanceof ConflictError)) throw error;
  }
}

/** Makes nothing due any more of a list that nobody can read: the installation has no such Slack. */
export async function leaveSlackMembers({ store }: Parts, key: RecordKeys['slack-members']): Promise<string> {
  const row = await store.get('slack-members', key);
  if (row?.nextDueAt === undefined) return 'nothing to read';
  await store.commit([update('slack-members', row, { pass: undefined, nextDueAt: undefined })]);
  return 'left alone: there is no such Slack';
}
