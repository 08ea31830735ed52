// What a tick has handed to the workers and they may still be working off: it is not handed over again meanwhile.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ConflictError } from '../domain/errors.ts';
import { Instant, MINUTE_MS, plusMs } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import type { DueRef } from './ports/review-store.ts';
import { create, update } from './ports/review-store.ts';

/** What one shard of the due index has handed over lately. */
export interface HandedOver {
  has(ref: DueRef): boolean;
  add(refs: readonly DueRef[]): void;
  /** Keeps it for the next tick. When another tick was first, its memory stands: then something may be done twice. */
  save(): Promise<void>;
}

/** For how long, in ms of real time. What is still due then is handed over again, wherever it was lost. */
const REMEMBERED_MS = 30 * MINUTE_MS;
/** Names of one shard: they stay well below what a row may hold. Beyond them things are handed over again. */
const MOST = 30_000;
const MARK_LENGTH = 8;

/** Names handed over at about the same time, one after the other without a gap. */
const Generation = z.strictObject({ at: Instant, marks: z.string() });
type Generation = z.infer<typeof Generation>;

/** Reads what was handed over of a shard. It is a row for all of them: a row for each would cost what is to be saved. */
export async function handedOver(
  { store, wallClock }: Pick<Environment, 'store' | 'wallClock'>,
  shard: number,
): Promise<HandedOver> {
  const messageId = `handed-over/${shard}`;
  const before = await store.get('handled', { messageId });
  const now = wallClock.now();
  const recent = generationsIn(before?.outcome).filter(({ at }) => plusMs(at, REMEMBERED_MS) > now);
  const known = new Set(recent.flatMap(({ marks }) => marksIn(marks)));
  const added: string[] = [];
  let kept = before;
  return {
    has: (ref) => known.has(markOf(ref)),
    add(refs) {
      for (const mark of refs.map(markOf)) {
        known.add(mark);
        added.push(mark);
      }
    },
    async save() {
      if (added.length === 0) return;
      const fields = {
        outcome: JSON.stringify(withinBounds([...recent, { at: now, marks: added.join('') }])),
        handledAt: now,
        expiresAt: plusMs(now, 2 * REMEMBERED_MS),
      };
      const write = kept
        ? update('handled', kept, fields)
        : create('handled', { schemaVersion: 1, version: 1, messageId, ...fields });
      try {
        await store.commit([write]);
        kept = write.record;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    },
  };
}

/** 48 bits of what is due and when: once it is due at another time it is something else. */
function markOf({ kind, key, dueAt }: DueRef): string {
  const name = [kind, ...Object.values(key), dueAt].join('/');
  return createHash('sha256').update(name).digest('base64url').slice(0, MARK_LENGTH);
}

function marksIn(marks: string): string[] {
  return marks.match(/.{8}/g) ?? [];
}

/** A memory that cannot be read is none. */
function generationsIn(outcome: string | undefined): Generation[] {
  if (outcome === undefined) return [];
  try {
    return z.array(Generation).parse(JSON.parse(outcome));
  } catch {
    return [];
  }
}

/** The newest, as many as there is room for. */
function withinBounds(generations: readonly Generation[]): Generation[] {
  let room = MOST * MARK_LENGTH;
  const kept: Generation[] = [];
  for (const { at, marks } of generations.toReversed()) {
    if (room <= 0) break;
    kept.unshift({ at, marks: marks.slice(0, room) });
    room -= marks.length;
  }
  return kept;
}
