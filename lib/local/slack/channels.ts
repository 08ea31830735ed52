// The conversations of the workspace.
import { createHash } from 'node:crypto';
import type { Changes } from './changes.ts';
import type { Journal } from './journal.ts';
import type { SlackChannel } from './message.ts';

/** Channels and direct messages, by id. */
export interface Channels {
  all(): readonly SlackChannel[];
  get(id: string): SlackChannel | undefined;
  save(channel: SlackChannel): void;
  /** The direct message of these people, made on first use with an id that a restart does not change. */
  direct(members: readonly string[]): { readonly channel: SlackChannel; readonly isNew: boolean };
}

/** The conversations, resumed from the journal. */
export function createChannels(journal: Journal, changes: Changes, nowSeconds: () => number): Channels {
  const channels = new Map<string, SlackChannel>();
  for (const entry of journal.kept) if (entry.kind === 'channel') channels.set(entry.key, entry.channel);
  const save = (channel: SlackChannel) => {
    channels.set(channel.id, channel);
    journal.append({ kind: 'channel', key: channel.id, channel });
    changes.touch();
  };
  return {
    all: () => [...channels.values()],
    get: (id) => channels.get(id),
    save,
    direct(members) {
      const id = directId(members);
      const known = channels.get(id);
      if (known) return { channel: known, isNew: false };
      const channel: SlackChannel = {
        id,
        kind: members.length > 2 ? 'mpim' : 'im',
        name: members.length > 2 ? `mpdm-${id.toLowerCase()}` : 'directmessage',
        members: [...members],
        archived: false,
        createdAtSeconds: nowSeconds(),
      };
      save(channel);
      return { channel, isNew: true };
    },
  };
}

/** The id of the direct message of these people, whether it exists yet or not. */
export function directId(members: readonly string[]): string {
  const digest = createHash('sha256')
    .update([...members].sort().join(' '))
    .digest('hex')
    .toUpperCase();
  return `${members.length > 2 ? 'G' : 'D'}${digest.slice(0, 10)}`;
}
