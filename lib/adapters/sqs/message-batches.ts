// How messages become requests of SQS: at most ten of them, and not too large together.
import type { Message } from '../../application/ports/queue.ts';
import { InvalidInputError } from '../../domain/errors.ts';

/** SQS takes no more messages in one request. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export const MAX_BATCH_MESSAGES = 10;

/** SQS takes 1 MiB in one request; queues made before 2025, and what stands in for SQS, 256 KiB. */
export const MAX_BATCH_BYTES = 256 * 1024;

/** Name of the attribute that carries a message's deterministic id. */
export const ID_ATTRIBUTE = 'WorkId';

/** A message in the words of SQS. */
export interface QueueEntry {
  /** Our id of the message, for what failed to be sent. */
  readonly id: string;
  readonly body: string;
}

/**
 * Sorts messages into requests, in their order.
 * @throws InvalidInputError BAD_ARGUMENT for one that is too large by itself, before anything is sent
 */
export function batchMessages(messages: readonly Message[]): QueueEntry[][] {
  const batches: QueueEntry[][] = [];
  let batch: QueueEntry[] = [];
  let bytes = 0;
  for (const message of messages) {
    const entry = { id: printable(message.id), body: printable(JSON.stringify(message.body)) };
    const size = sizeOf(entry);
    if (size > MAX_BATCH_BYTES) throw tooLarge(entry, size);
    if (batch.length > 0 && (batch.length === MAX_BATCH_MESSAGES || bytes + size > MAX_BATCH_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** What SQS counts: the body, and name, type and value of the attribute. */
function sizeOf({ id, body }: QueueEntry): number {
  return Buffer.byteLength(body) + Buffer.byteLength(id) + ID_ATTRIBUTE.length + 'String'.length;
}

/**
 * SQS refuses a whole message for a character that XML does not have; JSON has an escape for each.
 */
function printable(text: string): string {
  return text.replaceAll(
    /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function tooLarge({ id }: QueueEntry, bytes: number): InvalidInputError {
  return new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message: `Message ${id.slice(0, 200)} has ${bytes} bytes; a queue takes ${MAX_BATCH_BYTES}.`,
  });
}
