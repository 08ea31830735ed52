// How a record gets onto the due index: an hourly bucket in one of the shards, and the exact instant within it.
import * as z from 'zod';
import type { RecordKeys, RecordKind, Records } from '../../application/ports/records.ts';
import type { DueRef } from '../../application/ports/review-store.ts';
import { IntegrityError } from '../../domain/errors.ts';
import { HOUR_MS, Instant, plusMs } from '../../domain/time.ts';
import { type DueKind, dueShardOf, keyOf, nextDueOf, textOfKey } from '../records/record-keys.ts';

/** The sparse index's key. Absent on rows with nothing left to do. */
export interface DueAttributes {
  /** `<yyyymmddHH>#<shard>` */
  readonly duePk: string;
  /** `<exact dueAt>#<kind>#<key>` */
  readonly dueSk: string;
}

/** How far the watermark stays behind now: index updates arrive late, ticks get missed. */
export const TRAIL_MS = 2 * HOUR_MS;
/**
 * Anything due earlier than this before now is filed under the current hour. Half the trail: the other half is for
 * clocks that differ and writes that take long, so that nothing is ever filed behind the watermark.
 */
const CLAMP_MS = HOUR_MS;

/** `yyyymmddHH` of an instant (UTC). */
export function hourOf(at: Instant): string {
  return at.slice(0, 13).replace(/[-T]/g, '');
}

/** `yyyymmdd` of an instant (UTC). */
export function dayOf(at: Instant): string {
  return at.slice(0, 10).replaceAll('-', '');
}

/** The index key of a record, if it falls due. */
export function dueAttributesOf<K extends RecordKind>(
  kind: K,
  record: Records[K],
  { now, dueShards }: { readonly now: Instant; readonly dueShards: number },
): DueAttributes | undefined {
  const dueAt = nextDueOf(kind, record);
  if (dueAt === undefined) return undefined;
  const key = keyOf(kind, record);
  const filedAt = dueAt < plusMs(now, -CLAMP_MS) ? now : dueAt;
  return {
    duePk: `${hourOf(filedAt)}#${dueShardOf(kind, key, dueShards)}`,
    dueSk: `${dueAt}#${kind}#${textOfKey(kind, key)}`,
  };
}

const Filed = z.tuple([
  Instant,
  z.enum([
    'campaign',
    'docket',
    'removal',
    'exception',
    'event',
    'directory-seen',
    'slack-members',
    'promise',
    'desk',
  ]),
  z.string(),
]);

/** What an entry of the index points at. @throws IntegrityError CORRUPT_RECORD */
export function dueRefOf(dueSk: string): DueRef {
  const [at = '', kind = '', ...rest] = dueSk.split('#');
  const filed = Filed.safeParse([at, kind, rest.join('#')]);
  if (!filed.success) {
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message: `The due index holds "${dueSk}".` });
  }
  const [dueAt, dueKind, name] = filed.data;
  return { kind: dueKind, key: keyFrom(dueKind, name), dueAt } as DueRef;
}

/** The first part of each key is ours and holds no `#`; the second may. */
function keyFrom(kind: DueKind, name: string): RecordKeys[DueKind] {
  const cut = name.indexOf('#');
  const first = name.slice(0, cut);
  const second = name.slice(cut + 1);
  const keys: { readonly [K in DueKind]: object } = {
    campaign: { campaignId: name },
    docket: { campaignId: first, reviewerId: second },
    removal: { identityKey: first, removalId: second },
    exception: { identityKey: first, exceptionId: second },
    promise: { identityKey: first, promiseId: second },
    event: { identityKey: first, eventId: second },
    'directory-seen': { name },
    'slack-members': { teamId: name },
    desk: { personId: name },
  };
  return keys[kind] as RecordKeys[DueKind];
}
