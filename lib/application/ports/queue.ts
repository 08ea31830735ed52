/** Work handed to a worker function. `id` is deterministic: a message sent twice is worked on once. */
export interface Message {
  readonly id: string;
  readonly body: unknown;
}

/** A queue with at-least-once delivery. */
export interface Queue {
  send(messages: readonly Message[]): Promise<void>;
}
