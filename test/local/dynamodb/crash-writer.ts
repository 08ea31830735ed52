// Run as a child process, to be killed: writes transactions of five rows without end and says what was acknowledged.
import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { createRows, keyOf, startTables } from './tables.ts';

const [dataDir = ''] = process.argv.slice(2);
const tables = await startTables({ dataDir, onChange: () => undefined });
await createRows(tables.client);

let next = 0;
async function writeOn(): Promise<never> {
  for (;;) {
    const number = next;
    next += 1;
    await tables.client.send(
      new TransactWriteItemsCommand({
        TransactItems: Array.from({ length: 5 }, (_, part) => ({
          Put: {
            TableName: 'rows',
            Item: {
              ...keyOf(`t${number}`, String(part)),
              dueHour: { S: 'h' },
              dueAt: { S: `${number}#${part}` },
            },
          },
        })),
      }),
    );
    process.stdout.write(`${number}\n`);
  }
}

await Promise.all(Array.from({ length: 4 }, writeOn));
