// How a Web API method says no.

/** Answered as `{ ok: false, error, response_metadata: { messages } }` with status 200, as Slack does. */
export class SlackRefusal extends Error {
  readonly error: string;
  readonly messages: readonly string[];

  constructor(error: string, messages: readonly string[] = []) {
    super(messages.length > 0 ? `${error}: ${messages.join('; ')}` : error);
    this.name = 'SlackRefusal';
    this.error = error;
    this.messages = messages;
  }
}
