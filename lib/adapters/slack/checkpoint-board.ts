// Checkpoints posted where auditors see them without asking: a Slack channel.
import type { WebClient } from '@slack/web-api';
import type { CheckpointBoard } from '../../application/ports/checkpoint-board.ts';
import { upstreamFrom } from './upstream.ts';

/** Posts each signed note as preformatted text, so that it can be copied byte for byte. @throws UpstreamError */
export function createSlackBoard({
  client,
  channel,
}: {
  readonly client: WebClient;
  readonly channel: string;
}): CheckpointBoard {
  return {
    async post(note) {
      try {
        await client.chat.postMessage({
          channel,
          text: `Ledger checkpoint\n\`\`\`\n${note}\`\`\``,
          unfurl_links: false,
        });
      } catch (cause) {
        throw upstreamFrom('chat.postMessage', cause);
      }
    },
  };
}
