import { expect, test } from 'vitest';
import { presentPeople } from '../../../lib/adapters/people/present-people.ts';
import { peopleNamed } from '../../../lib/application/tell-person.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { plusDays, plusMs } from '../../../lib/domain/time.ts';
import { MONDAY, person, TEAMS } from '../../support/world.ts';

const leaving = person('ada', { leftAt: plusDays(MONDAY, 3) });
const source = directoryOf([leaving, person('ben')], TEAMS);

test('somebody is active until their last day is over, and then neither by name nor in their team', async () => {
  let now = plusMs(leaving.leftAt!, -1);
  const people = presentPeople({ directory: async () => source }, { now: () => now });
  const named = async (name: string) =>
    peopleNamed(await people.directory(), name).map(({ personId }) => personId);
  expect(await named('ada')).toEqual(['ada']);
  expect(await named('billing')).toEqual(['ada', 'ben']);

  now = plusMs(leaving.leftAt!, 1);

  expect(await named('ada')).toEqual([]);
  expect(await named('billing')).toEqual(['ben']);
  expect((await people.directory()).person('ada')).toMatchObject({ active: false, name: 'Ada' });
});

test('while nobody leaves it is the directory itself, and after that one object', async () => {
  let now = MONDAY;
  const people = presentPeople({ directory: async () => source }, { now: () => now });
  expect(await people.directory()).toBe(source);

  now = plusDays(MONDAY, 4);
  expect(await people.directory()).toBe(await people.directory());
});
