import { randomUUID } from 'node:crypto';
import { CreateStateMachineCommand, DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStartOpening } from '../../../lib/adapters/sfn/start-opening.ts';
import { emulator } from './emulator.ts';
import { newRole } from './new-role.ts';

const client = new SFNClient(emulator());
afterAll(() => client.destroy());

describe('an opening', () => {
  let stateMachineArn: string;
  let start: ReturnType<typeof createStartOpening>;
  beforeAll(async () => {
    const created = await client.send(
      new CreateStateMachineCommand({
        name: `test-${randomUUID()}`,
        roleArn: await newRole('states'),
        definition: JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } }),
      }),
    );
    stateMachineArn = created.stateMachineArn ?? '';
    start = createStartOpening({ client, stateMachineArn });
  });

  const inputOf = async (executionArn: string): Promise<unknown> => {
    const { input = '' } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return JSON.parse(input) as unknown;
  };

  it('is started with what it needs to know, each time anew', async () => {
    const opening = { definitionId: 'quarterly', launchedBy: 'schedule' };

    const first = await start(opening);
    const again = await start({ ...opening, campaignId: 'quarterly-2026-q1' });

    expect(again).not.toBe(first);
    expect(await inputOf(first)).toEqual(opening);
    expect(await inputOf(again)).toEqual({ ...opening, campaignId: 'quarterly-2026-q1' });
  });

  it('of one name is started once, whatever the name', async () => {
    const opening = { definitionId: 'quarterly', launchedBy: 'schedule' };
    for (const name of ['quarterly-20260401', `quarterly 2026/04 ${'x'.repeat(100)}`]) {
      const first = await start(opening, name);
      const again = await start({ ...opening, launchedBy: 'somebody else' }, name);

      expect(again).toBe(first);
      expect(await inputOf(again)).toEqual(opening);
    }
  });

  it('of a machine that is not there is said', async () => {
    const nowhere = createStartOpening({ client, stateMachineArn: `${stateMachineArn}-not` });

    await expect(nowhere({ definitionId: 'quarterly', launchedBy: 'schedule' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      provider: 'states',
    });
  });
});
