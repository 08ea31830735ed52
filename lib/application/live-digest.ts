// A person's newest digest in Slack: the one message that shows what waits for them, wherever they answer.
import type { Environment } from './environment.ts';
import type { Messenger } from './ports/messenger.ts';
import type { ReviewActions } from './review-actions.ts';

/** Where a message stands in Slack. */
export interface LiveDigest {
  readonly channel: string;
  readonly ts: string;
}

/** Notices looked through, newest first. */
const LOOK_BACK = 30;

/** Finds a person's newest digest in Slack; undefined when none was sent lately. */
export function liveDigestOf({ store }: Pick<Environment, 'store'>) {
  return async (personId: string): Promise<LiveDigest | undefined> => {
    const { entries } = await store.noticesOf(personId, { limit: LOOK_BACK });
    const newest = entries.find(
      ({ channel, purpose, providerId }) =>
        channel === 'slack' && purpose === 'digest' && providerId !== undefined,
    );
    const [channel = '', ts = ''] = newest?.providerId?.split(':') ?? [];
    return channel === '' || ts === '' ? undefined : { channel, ts };
  };
}

/**
 * Makes what brings a person's newest digest up to date after they answered elsewhere.
 * @throws UpstreamError when Slack could not be told
 */
export function reviseDigest(
  environment: Environment,
  actions: Pick<ReviewActions, 'desk'>,
  slack: Pick<Messenger, 'revise'>,
) {
  const liveDigest = liveDigestOf(environment);
  return async (personId: string): Promise<void> => {
    const live = await liveDigest(personId);
    if (!live) return;
    const { person, dockets, now } = await actions.desk(personId);
    const providerId = `${live.channel}:${live.ts}`;
    const body = { purpose: 'digest', dockets, rung: 'revised', link: undefined } as const;
    await slack.revise(providerId, { noticeId: providerId, to: person, body, now });
  };
}
