// Changes as DynamoDB Streams tells them (view NEW_AND_OLD_IMAGES), in the order they were committed.
// With a folder, records wait there until the consumer has taken them: at least once, like the real stream.
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../application/ports/clock.ts';
import { millisOf } from '../../domain/time.ts';
import { REGION } from './engine-store.ts';
import type { KeyValueStore, Operation } from './key-value-store.ts';
import { keysUnder } from './key-value-store.ts';
import type { PlannedWrite } from './planned-write.ts';
import { keyAttributes, prefixes, SEQUENCE_KEY } from './row-keys.ts';
import type { Item } from './values.ts';
import { equalJson, measureItem } from './values.ts';

/** One change of one item, in the shape a function receives it in `event.Records`. */
export interface StreamRecord {
  /** The same when a record is delivered again. */
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    /** Epoch seconds, by the clock of the embedded stack. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    /** Digits; a later change of the same table has a greater number, and texts of equal length compare alike. */
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: 'NEW_AND_OLD_IMAGES';
  };
  /** Present when time to live deleted the item. */
  readonly userIdentity?: { readonly type: 'Service'; readonly principalId: 'dynamodb.amazonaws.com' };
}

/** Takes records in order. When it fails it gets the same records again, and later ones wait. */
export type ConsumeChanges = (records: StreamRecord[]) => void | Promise<void>;

/** The feed as the write path uses it. */
export interface ChangeFeed {
  /** Whether anybody listens; without, nothing is recorded and old images need not be read for it. */
  readonly isHeard: boolean;
  /** Records of a group of writes, and what has to be written along with them. */
  prepare(writes: readonly PlannedWrite[]): {
    readonly records: StreamRecord[];
    readonly operations: Operation[];
  };
  /** Hands over records that are committed. */
  publish(records: readonly StreamRecord[]): void;
  /** Resolves when the consumer has taken everything published so far. */
  drained(): Promise<void>;
  /** Stops delivering; what was not taken stays in the folder for the next start. */
  close(): Promise<void>;
}

const SEQUENCE_DIGITS = 21;
/** A call gets whole commits, so it may get somewhat more. */
const MAX_RECORDS = 1000;
const RETRY_MS = 250;

function nameOf({ previous, next }: PlannedWrite): StreamRecord['eventName'] {
  if (next === undefined) return 'REMOVE';
  return previous === undefined ? 'INSERT' : 'MODIFY';
}

function recordOf(write: PlannedWrite, sequence: number, atMs: number): StreamRecord {
  const { table, previous, next, isExpiry } = write;
  const sequenceNumber = String(sequence).padStart(SEQUENCE_DIGITS, '0');
  const keys = keyAttributes(table.description, next ?? previous ?? {});
  return {
    eventID: `${table.description.TableName}-${sequenceNumber}`,
    eventName: nameOf(write),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: REGION,
    eventSourceARN: `${table.description.TableArn}/stream/local`,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(atMs / 1000),
      Keys: keys,
      ...(next === undefined ? {} : { NewImage: next }),
      ...(previous === undefined ? {} : { OldImage: previous }),
      SequenceNumber: sequenceNumber,
      SizeBytes: measureItem(keys) + measureItem(next ?? {}) + measureItem(previous ?? {}),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    ...(isExpiry
      ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } as const }
      : {}),
  };
}

/** The records of one commit, kept in one row until they are delivered. */
interface Parcel {
  readonly key: string;
  readonly records: readonly StreamRecord[];
}

function parcelOf(records: readonly StreamRecord[]): Parcel {
  return { key: `${prefixes.feed}${records[0]?.dynamodb.SequenceNumber}`, records };
}

/** A write that changed nothing leaves no record in the real stream either. */
function hasChanged({ previous, next }: PlannedWrite): boolean {
  return previous === undefined || next === undefined ? previous !== next : !equalJson(previous, next);
}

/** The first parcels, until they make up enough records for one call. */
function firstParcels(waiting: readonly Parcel[]): readonly Parcel[] {
  let records = 0;
  let count = 0;
  while (count < waiting.length && records < MAX_RECORDS) {
    records += waiting[count]?.records.length ?? 0;
    count += 1;
  }
  return waiting.slice(0, count);
}

/** Hands records to a consumer one call at a time, in order, again and again until each call succeeds. */
function createDelivery(store: KeyValueStore, consume: ConsumeChanges, waiting: Parcel[]) {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  async function attempt(records: StreamRecord[]): Promise<boolean> {
    try {
      await consume(records);
      return true;
    } catch (failure) {
      process.emitWarning(`a consumer of table changes failed and will be called again: ${String(failure)}`);
      await pause(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => stopping.signal.aborted);
      return false;
    }
  }

  async function run(): Promise<void> {
    while (waiting.length > 0 && !stopping.signal.aborted) {
      const parcels = firstParcels(waiting);
      if (!(await attempt(parcels.flatMap(({ records }) => records)))) continue;
      waiting.splice(0, parcels.length);
      if (store.durable) await store.batch(parcels.map(({ key }) => ({ type: 'del', key })));
    }
    running = undefined;
  }

  function start(): void {
    if (waiting.length > 0 && !stopping.signal.aborted) running ??= run();
  }

  return {
    start,
    drained: async () => {
      await running;
    },
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Opens the feed; records an earlier process committed but did not deliver come first. */
export async function openChangeFeed(
  store: KeyValueStore,
  clock: Clock,
  consume: ConsumeChanges | undefined,
): Promise<ChangeFeed> {
  let sequence = Number(store.get(SEQUENCE_KEY) ?? 0);
  if (consume === undefined) {
    return {
      isHeard: false,
      prepare: () => ({ records: [], operations: [] }),
      publish: () => undefined,
      drained: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }
  const waiting: Parcel[] = [];
  await store.walk(keysUnder(prefixes.feed), (key, records) => {
    waiting.push({ key, records: records as readonly StreamRecord[] });
    return true;
  });
  const delivery = createDelivery(store, consume, waiting);
  delivery.start();

  return {
    isHeard: true,
    prepare: (writes) => {
      const atMs = millisOf(clock.now());
      const records = writes.filter(hasChanged).map((write) => recordOf(write, (sequence += 1), atMs));
      if (!store.durable || records.length === 0) return { records, operations: [] };
      const { key } = parcelOf(records);
      return {
        records,
        operations: [
          { type: 'put', key, value: records },
          { type: 'put', key: SEQUENCE_KEY, value: sequence },
        ],
      };
    },
    publish: (records) => {
      if (records.length > 0) waiting.push(parcelOf(records));
      delivery.start();
    },
    drained: delivery.drained,
    close: delivery.close,
  };
}
