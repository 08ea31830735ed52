// Shapes of message bodies, by purpose.
import type { MessageBody } from '../../application/ports/messenger.ts';

/** The body of the messages of one purpose. */
export type Body<P extends MessageBody['purpose']> = Extract<MessageBody, { readonly purpose: P }>;
