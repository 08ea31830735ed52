// The pace, counted in a table for every function at once. A limit is one row; it is written a few times a window, by
// whoever needs another block of it, so that it is never near what one row can take.
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ALONE } from '../dynamodb/addresses.ts';
import { callTable } from '../dynamodb/failures.ts';
import { keyAttributes, type Row } from '../dynamodb/row-codec.ts';
import { type PaceBook, type PacePage, placeIn, takeFrom } from './pace-book.ts';

/** Rounds after which others have written first too often: then nobody is let through for a window. */
const TRIES = 10;

/**
 * Rows `PACE#<limit>` of the reviews table: v version, w window, u used of it, s shut until, l end of the line. What the row
 * was is remembered, and told by a write that came too late, so that it is never read.
 * @throws UpstreamError from every method
 */
export function createDynamoPaceBook(deps: {
  readonly client: DynamoDBClient;
  readonly table: string;
}): PaceBook {
  const known = new Map<string, Versioned>();
  /** Changes the page as long as somebody else was first. `change` gives undefined when it has nothing to write. */
  const write = async <T>(
    limit: string,
    change: (page: PacePage) => { readonly page?: PacePage; readonly answer: T },
    late: T,
  ): Promise<T> => {
    for (let round = 0; round < TRIES; round += 1) {
      const before = known.get(limit) ?? EMPTY;
      const { page, answer } = change(before);
      // What is remembered may be old, so that it cannot refuse: only a row that was just seen can.
      if (!page && round > 0) return answer;
      const after: Versioned = { ...(page ?? before), version: before.version + 1 };
      const found = await put(deps, limit, after);
      known.set(limit, found ?? after);
      if (!found) return answer;
    }
    return late;
  };
  return {
    take: (limit, ask) => write(limit, (page) => takeFrom(page, ask), { taken: 0 }),
    shut: (limit, untilMs) =>
      write(
        limit,
        (page) => ({
          answer: undefined,
          ...(page.shutUntilMs >= untilMs ? {} : { page: { ...page, shutUntilMs: untilMs } }),
        }),
        undefined,
      ),
    line: (limit, { fromMs, lengthMs }) => write(limit, (page) => placeIn(page, fromMs, lengthMs), fromMs),
  };
}

interface Versioned extends PacePage {
  readonly version: number;
}

const EMPTY: Versioned = { version: 0, window: 0, used: 0, shutUntilMs: 0, lineMs: 0 };

/** @returns the row that was there instead of the one expected; undefined when it was written */
async function put(
  { client, table }: { readonly client: DynamoDBClient; readonly table: string },
  limit: string,
  { version, window, used, shutUntilMs, lineMs }: Versioned,
): Promise<Versioned | undefined> {
  const number = (value: number) => ({ N: String(Math.ceil(value)) });
  const command = new PutItemCommand({
    TableName: table,
    Item: {
      ...keyAttributes({ pk: `PACE#${limit}`, sk: ALONE }),
      v: number(version),
      w: number(window),
      u: number(used),
      s: number(shutUntilMs),
      l: number(lineMs),
    },
    ...(version === 1
      ? { ConditionExpression: 'attribute_not_exists(v)' }
      : {
          ConditionExpression: 'v = :before',
          ExpressionAttributeValues: { ':before': number(version - 1) },
        }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  return callTable('count the pace', async () => {
    try {
      await client.send(command);
      return undefined;
    } catch (failure) {
      if (failure instanceof ConditionalCheckFailedException) return pageIn(failure.Item ?? {});
      throw failure;
    }
  });
}

function pageIn(row: Row): Versioned {
  const number = (name: string) => Number(row[name]?.N ?? 0);
  return {
    version: number('v'),
    window: number('w'),
    used: number('u'),
    shutUntilMs: number('s'),
    lineMs: number('l'),
  };
}
