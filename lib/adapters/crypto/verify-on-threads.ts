// P-256 signatures checked on threads of our own, a batch at a time: for hundreds of thousands of them. The pool behind
// node:crypto's callbacks hands over each one singly, which costs half as much again as checking it.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { verifyP256 } from './verify-signatures.ts';

/** Checks signatures while it is open. */
export interface ThreadedChecks {
  /** As `verifyP256`. @throws Error when a thread ended before its time */
  readonly checkP256: (spki: Uint8Array, message: Uint8Array, der: Uint8Array) => boolean | Promise<boolean>;
  /** Ends the threads; what was asked and not answered fails. */
  close(): Promise<void>;
}

/** One signature to check, as threads get it: places in the batch's bytes. */
export type Span = readonly [spkiEnd: number, messageEnd: number, derEnd: number];

/** What a thread is sent. Its answer is one byte a signature. */
export interface Batch {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly spans: readonly Span[];
}

const BATCH = 64;

interface Asked {
  readonly parts: readonly [Uint8Array, Uint8Array, Uint8Array];
  readonly resolve: (valid: boolean) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Makes threads when there is enough to do for them.
 * @param startAfter signatures checked at once, in this thread, before the first thread is made
 */
export function verifyOnThreads({ threads = availableParallelism(), startAfter = 512 } = {}): ThreadedChecks {
  const workers: Worker[] = [];
  const underWay = new Map<number, readonly Asked[]>();
  let waiting: Asked[] = [];
  let [checkedHere, nextId, isFlushing] = [0, 0, false];
  let ended: Error | undefined;
  const failAll = (error: Error): void => {
    ended ??= error;
    for (const asked of [...underWay.values(), waiting].flat()) asked.reject(ended);
    underWay.clear();
    waiting = [];
  };
  const start = (): void => {
    for (let thread = 0; thread < threads; thread += 1) {
      const worker = new Worker(new URL('./verify-thread.ts', import.meta.url));
      worker.unref();
      worker.on('message', ({ id, valid }: { readonly id: number; readonly valid: Uint8Array }) => {
        for (const [at, { resolve }] of (underWay.get(id) ?? []).entries()) resolve(valid[at] === 1);
        underWay.delete(id);
        if (underWay.size === 0) for (const each of workers) each.unref();
      });
      worker.on('error', (cause) => failAll(new Error('A checking thread failed.', { cause })));
      workers.push(worker);
    }
  };
  const flush = (): void => {
    isFlushing = false;
    if (waiting.length === 0) return;
    if (workers.length === 0) start();
    const id = nextId++;
    const worker = workers[id % workers.length];
    const batch = packed(id, waiting);
    underWay.set(id, waiting);
    waiting = [];
    worker?.ref();
    worker?.postMessage(batch, [batch.bytes.buffer as ArrayBuffer]);
  };
  return {
    checkP256(spki, message, der) {
      if (checkedHere < startAfter) {
        checkedHere += 1;
        return verifyP256(spki, message, der);
      }
      if (ended) return Promise.reject(ended);
      return new Promise((resolve, reject) => {
        waiting.push({ parts: [spki, message, der], resolve, reject });
        if (waiting.length >= BATCH) flush();
        else if (!isFlushing) {
          isFlushing = true;
          setImmediate(flush);
        }
      });
    },
    async close() {
      failAll(new Error('The checking threads were closed.'));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function packed(id: number, asked: readonly Asked[]): Batch {
  const parts = asked.flatMap((each) => each.parts);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  const put = (part: Uint8Array): number => {
    bytes.set(part, end);
    end += part.length;
    return end;
  };
  return {
    id,
    bytes,
    spans: asked.map(({ parts: [spki, message, der] }) => [put(spki), put(message), put(der)]),
  };
}
