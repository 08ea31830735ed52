import { describe, expect, it } from 'vitest';
import type { Work } from '../../lib/application/work.ts';
import { createHandler } from '../../lib/runtime/handlers/do-work.ts';
import { jsonLog } from '../../lib/runtime/log.ts';

const chase = (reviewerId: string) =>
  JSON.stringify({ work: 'chase-docket', key: { campaignId: 'spring', reviewerId } });

function worker(work: (message: Work) => Promise<string>) {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => lines.push(line),
    () => '2026-01-05T09:00:00Z',
    () => ({ requestId: 'r-1' }),
  );
  return { handle: createHandler({ useCases: { work }, log }), lines };
}

describe('a worker at the end of a queue', () => {
  it('reports a poison message as failed and does the rest of the batch', async () => {
    const done: string[] = [];
    const { handle } = worker(async (message) => {
      done.push(message.work);
      return 'chased';
    });
    const answer = await handle({
      Records: [
        { messageId: 'm-1', body: chase('ada') },
        { messageId: 'm-2', body: '{"work":"format-disk"}' },
        { messageId: 'm-3', body: 'not json' },
        { messageId: 'm-4', body: chase('ben') },
      ],
    });
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'm-2' }, { itemIdentifier: 'm-3' }]);
    expect(done).toEqual(['chase-docket', 'chase-docket']);
  });

  it('reports only the message whose work failed', async () => {
    const { handle } = worker(async ({ key }) => {
      if ('reviewerId' in key && key.reviewerId === 'ben') throw new Error('Slack is away');
      return 'chased';
    });
    const answer = await handle({
      Records: [
        { messageId: 'm-1', body: chase('ada') },
        { messageId: 'm-2', body: chase('ben') },
      ],
    });
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'm-2' }]);
  });

  it('writes one line a message, with the ids that tie it to other functions', async () => {
    const { handle, lines } = worker(async () => 'chased');
    await handle({ Records: [{ messageId: 'm-1', body: chase('ada') }] });
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      {
        at: '2026-01-05T09:00:00Z',
        level: 'info',
        message: 'message handled',
        requestId: 'r-1',
        messageId: 'm-1',
        work: 'chase-docket',
        campaignId: 'spring',
        reviewerId: 'ada',
        outcome: 'chased',
      },
    ]);
  });

  it('refuses an event that is no batch of messages', async () => {
    const { handle } = worker(async () => 'chased');
    await expect(handle({ Messages: [] })).rejects.toThrow('Records');
  });
});
