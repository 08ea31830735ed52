// A removal that no connector can do: a task for a person, tracked to confirmation like any removal.

import { transition } from '../../domain/lifecycle.ts';
import { REMOVAL_LIFECYCLE, type Removal } from '../../domain/removal/removal.ts';
import type { Person } from '../../domain/review/person.ts';
import { ITEM_LIFECYCLE } from '../../domain/review/review-item.ts';
import { plusDays } from '../../domain/time.ts';
import { untilNoConflict } from '../conflict.ts';
import { gathering } from '../gather-line.ts';
import { attestRemovalStep } from '../plan-removal.ts';
import { update, type Write } from '../ports/review-store.ts';
import { peopleNamed } from '../tell-person.ts';
import { type CapCounters, countOne } from './counters.ts';
import type { RemovalCase, RemovalDeps } from './workbench.ts';

/** Days a person has for a manual task before the campaign's manager is reminded. */
const TASK_DAYS = 5;
/** Characters of what is to be done that a message keeps. */
const MAX_TEXT = 300;

/**
 * Opens the manual task. Its assignee (the owner, or else a manager of the campaign) is told with their next message about
 * what waits for them; that is written down together: a task that nobody hears of is not handed over. It counts against the
 * caps like what is switched off automatically.
 */
export async function handOver(
  deps: RemovalDeps,
  found: RemovalCase,
  why: string,
  counters: CapCounters,
): Promise<void> {
  const { environment } = deps;
  const { removal, item, campaign, definition } = found;
  const { clock, people } = environment;
  const at = clock.now();
  const begun = transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'begin');
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', begun, 'hand-over'),
    manualTaskId: removal.removalId,
    steps: removal.steps + 1,
    attempts: removal.attempts + 1,
    nextDueAt: plusDays(at, TASK_DAYS),
  });
  const signed = await attestRemovalStep(environment, write.record, campaign.definitionDigest, {
    step: 'manual-task-opened',
    ordinal: removal.steps,
    note: why,
  });
  const writes: Write[] = [write, ...countOne(counters), ...signed.writes];
  if (item.state !== 'removing') {
    writes.push(
      update('item', item, { state: transition(ITEM_LIFECYCLE, 'review item', item.state, 'start-removal') }),
    );
  }
  const directory = await people.directory();
  const owner = directory.person(removal.ownerId);
  const assignees = [
    ...(owner?.active ? [owner] : []),
    ...peopleNamed(directory, definition.reviewers.manager),
  ];
  await commitAndTell(environment, write.record, writes, assignees, why);
}

/**
 * A task nobody confirmed in time: the first of the campaign's managers who can be reached is told too, and again until it
 * is settled.
 */
export async function remindOfTask(
  { environment }: RemovalDeps,
  { removal, definition }: RemovalCase,
): Promise<void> {
  const again = update('removal', removal, {
    attempts: removal.attempts + 1,
    nextDueAt: plusDays(environment.clock.now(), TASK_DAYS),
  });
  const text = 'Not confirmed yet: please see that it is switched off by hand.';
  const managers = peopleNamed(await environment.people.directory(), definition.reviewers.manager);
  await commitAndTell(environment, again.record, [again], managers, text);
}

function commitAndTell(
  environment: RemovalDeps['environment'],
  { identityKey, removalId, attempts }: Removal,
  writes: readonly Write[],
  people: readonly Person[],
  text: string,
): Promise<void> {
  const of = `${identityKey}/${removalId}/${attempts}`;
  const line = { what: 'manual-task' as const, of, text: text.slice(0, MAX_TEXT) };
  return untilNoConflict(async () =>
    environment.store.commit([...writes, ...(await gathering(environment, 'asks', line, people))]),
  );
}
