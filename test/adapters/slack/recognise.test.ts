import { expect, test } from 'vitest';
import { createRecognise } from '../../../lib/adapters/slack/recognise.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { plusDays } from '../../../lib/domain/time.ts';
import { now, samplePerson } from '../../support/slack/samples.ts';
import { clock, teamId } from '../../support/slack/slack-edge.ts';

test.each([
  ['in three days', plusDays(now, 3), 'recognised'],
  ['a day ago', plusDays(now, -1), 'inactive'],
] as const)('somebody whose last day is %s is %s', async (_, leftAt, expected) => {
  const leaving = samplePerson({ slack: { teamId, userId: 'U0ADA' }, leftAt });
  const people = { directory: () => Promise.resolve(directoryOf([leaving], [])) };
  const recognise = createRecognise({ teamId, people, clock });
  const claimed = { userId: 'U0ADA', teamId, userTeamId: undefined, enterpriseId: undefined };
  const found = await recognise(claimed, 'ab');

  expect('refused' in found ? found.refused : 'recognised').toBe(expected);
});
