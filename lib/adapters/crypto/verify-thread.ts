// A thread that checks batches of signatures for `verifyOnThreads`.
import { parentPort } from 'node:worker_threads';
import type { Batch } from './verify-on-threads.ts';
import { verifyP256 } from './verify-signatures.ts';

parentPort?.on('message', ({ id, bytes, spans }: Batch) => {
  const valid = new Uint8Array(spans.length);
  let start = 0;
  for (const [at, [spkiEnd, messageEnd, derEnd]] of spans.entries()) {
    const spki = bytes.subarray(start, spkiEnd);
    const isValid = verifyP256(spki, bytes.subarray(spkiEnd, messageEnd), bytes.subarray(messageEnd, derEnd));
    valid[at] = isValid ? 1 : 0;
    start = derEnd;
  }
  parentPort?.postMessage({ id, valid });
});
