// Checkpoints sent where auditors keep them out of our reach: a mailbox.
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { CheckpointBoard } from '../../application/ports/checkpoint-board.ts';
import { UpstreamError } from '../../domain/errors.ts';
import { explainSesError } from './ses-errors.ts';

/** Mails each signed note as plain text, so that it can be saved byte for byte. @throws UpstreamError */
export function createMailBoard(settings: {
  readonly client: SESv2Client;
  readonly from: string;
  readonly to: string;
  readonly configurationSet: string;
}): CheckpointBoard {
  const { client, from, to, configurationSet } = settings;
  return {
    async post(note) {
      const size = note.split('\n')[1] ?? '';
      try {
        await client.send(
          new SendEmailCommand({
            FromEmailAddress: from,
            Destination: { ToAddresses: [to] },
            ConfigurationSetName: configurationSet,
            Content: {
              Simple: {
                Subject: { Data: `Ledger checkpoint, size ${size}` },
                Body: { Text: { Data: note, Charset: 'UTF-8' } },
              },
            },
          }),
        );
      } catch (error) {
        const explained = explainSesError(error, to);
        if ('failure' in explained) throw explained.failure;
        throw new UpstreamError({
          code: 'REJECTED',
          provider: 'ses',
          retryable: false,
          message: `The checkpoint could not be mailed to ${to}: ${explained.undeliverable}`,
        });
      }
    },
  };
}
