// The messages of the workspace, and what each person has read of them.
import type { Changes } from './changes.ts';
import type { Journal } from './journal.ts';
import type { SlackMessage, WireMessage } from './message.ts';
import { microsOf, type Timestamps } from './timestamps.ts';

/** Messages by channel and timestamp. */
export interface Messages {
  get(channel: string, ts: string): SlackMessage | undefined;
  /** Oldest first; with `viewer`, what that person sees, their ephemeral messages included. */
  in(channel: string, viewer?: string): readonly SlackMessage[];
  save(channel: string, message: WireMessage, onlyFor?: string): SlackMessage;
  remove(channel: string, ts: string): boolean;
  /** Messages posted or changed after the revision, in order of change. */
  changedSince(revision: number): readonly SlackMessage[];
  markRead(user: string, channel: string, ts: string): void;
  /** How many messages of others came in after the last one read. */
  unread(user: string, channel: string): number;
}

/** The messages, resumed from the journal; ephemeral ones are never written to it. */
export function createMessages(journal: Journal, changes: Changes, timestamps: Timestamps): Messages {
  const byChannel = new Map<string, Map<string, SlackMessage>>();
  const inChannel = (channel: string, viewer?: string) =>
    [...(byChannel.get(channel)?.values() ?? [])]
      .filter(({ onlyFor }) => onlyFor === undefined || onlyFor === viewer)
      .sort((a, b) => microsOf(a.ts) - microsOf(b.ts));
  const place = (channel: string, message: WireMessage, onlyFor?: string): SlackMessage => {
    const audience = onlyFor === undefined ? {} : { onlyFor };
    const stored = { channel, ts: message.ts, message, revision: changes.revision() + 1, ...audience };
    byChannel.set(channel, (byChannel.get(channel) ?? new Map()).set(message.ts, stored));
    return stored;
  };
  for (const entry of journal.kept) {
    if (entry.kind !== 'message') continue;
    if (entry.message) place(entry.channel, entry.message);
    timestamps.advancePast(entry.key.split(' ')[1] ?? '0');
  }
  return {
    get: (channel, ts) => byChannel.get(channel)?.get(ts),
    in: inChannel,
    save(channel, message, onlyFor) {
      const stored = place(channel, message, onlyFor);
      if (onlyFor === undefined)
        journal.append({ kind: 'message', key: `${channel} ${message.ts}`, channel, message });
      changes.touch();
      return stored;
    },
    remove(channel, ts) {
      const stored = byChannel.get(channel)?.get(ts);
      if (!stored || !byChannel.get(channel)?.delete(ts)) return false;
      if (!stored.onlyFor)
        journal.append({ kind: 'message', key: `${channel} ${ts}`, channel, message: null });
      changes.touch();
      return true;
    },
    changedSince: (revision) =>
      [...byChannel.values()]
        .flatMap((stored) => [...stored.values()])
        .filter((stored) => stored.revision > revision)
        .sort((a, b) => a.revision - b.revision),
    ...createReads(journal, changes, inChannel),
  };
}

function createReads(
  journal: Journal,
  changes: Changes,
  inChannel: Messages['in'],
): Pick<Messages, 'markRead' | 'unread'> {
  const reads = new Map<string, string>();
  for (const entry of journal.kept) if (entry.kind === 'read') reads.set(entry.key, entry.ts);
  const lastRead = (user: string, channel: string) => microsOf(reads.get(`${user} ${channel}`) ?? '0');
  return {
    markRead(user, channel, ts) {
      if (lastRead(user, channel) >= microsOf(ts)) return;
      reads.set(`${user} ${channel}`, ts);
      journal.append({ kind: 'read', key: `${user} ${channel}`, user, channel, ts });
      changes.touch();
    },
    unread(user, channel) {
      const last = lastRead(user, channel);
      return inChannel(channel, user).filter(
        ({ ts, message }) => microsOf(ts) > last && message.user !== user,
      ).length;
    },
  };
}
