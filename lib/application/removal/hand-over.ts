// A removal that no connector can do: a task for a person, tracked to confirmation like any removal.

import { transition } from '../../domain/lifecycle.ts';
import { REMOVAL_LIFECYCLE, type Removal } from '../../domain/removal/removal.ts';
import type { Person } from '../../domain/review/person.ts';
import { ITEM_LIFECYCLE } from '../../domain/review/review-item.ts';
import { plusDays } from '../../domain/time.ts';
import { attestRemovalStep } from '../plan-removal.ts';
import { update, type Write } from '../ports/review-store.ts';
import { peopleNamed, type TellPerson } from '../tell-person.ts';
import type { RemovalCase, RemovalDeps } from './workbench.ts';

/** Days a person has for a manual task before the campaign's manager is reminded. */
const TASK_DAYS = 5;

/**
 * Opens the manual task. Its assignee is told first (the owner, or else a manager of the campaign), once however often
 * this is tried: a task that nobody was told of is not handed over.
 */
export async function handOver(deps: RemovalDeps, found: RemovalCase, why: string): Promise<void> {
  const { environment, tell } = deps;
  const { removal, item, campaign, definition } = found;
  const { store, clock, people } = environment;
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
  const writes: Write[] = [write, ...signed.writes];
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
  for (const to of assignees) {
    if (await tellTask(tell, write.record, to, why)) break;
  }
  await store.commit(writes);
}

/**
 * A task nobody confirmed in time: the first of the campaign's managers who can be reached is told too, and again until it
 * is settled. Told before it is written down, once however often this is tried.
 */
export async function remindOfTask(deps: RemovalDeps, { removal, definition }: RemovalCase): Promise<void> {
  const { environment, tell } = deps;
  const again = update('removal', removal, {
    attempts: removal.attempts + 1,
    nextDueAt: plusDays(environment.clock.now(), TASK_DAYS),
  });
  const text = 'Not confirmed yet: please see that it is switched off by hand.';
  for (const to of peopleNamed(await environment.people.directory(), definition.reviewers.manager)) {
    if (await tellTask(tell, again.record, to, text)) break;
  }
  await environment.store.commit([again]);
}

function tellTask(
  tell: RemovalDeps['tell'],
  removal: Removal,
  to: Person,
  text: string,
): ReturnType<TellPerson> {
  return tell({
    to,
    purpose: 'manual-task',
    occasion: `${removal.identityKey}/${removal.removalId}/${removal.attempts}`,
    shown: [removal.snapshot],
    body: async () => ({ purpose: 'manual-task', removal, text, undoUntil: undefined }),
  });
}
