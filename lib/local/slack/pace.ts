// Slack's own speed limits, for trying out what a large campaign runs into. https://docs.slack.dev/apis/web-api/rate-limits
// Slack publishes tiers and "about one message a second per channel, several hundred a minute per workspace".

const windowMs = 60_000;
const postMethods = new Set(['chat.postMessage', 'chat.postEphemeral']);
const perMinute: Readonly<Record<string, number>> = {
  'users.list': 20,
  'conversations.list': 20,
  'users.lookupByEmail': 50,
  'conversations.open': 50,
  'chat.update': 50,
  'chat.delete': 50,
  'chat.postMessage': 300,
  'users.info': 100,
  'views.open': 100,
  'views.update': 100,
  'views.push': 100,
  'views.publish': 100,
};

/** Seconds to wait before this call is welcome, or 0. */
export type Pace = (method: string, channel: string | undefined) => number;

/** Takes every call at once. */
export const unpaced: Pace = () => 0;

/** Slack's tiers by wall clock: per method and minute, and one post a second per channel with a short burst. */
export function paceLikeSlack(wallClockMs: () => number): Pace {
  const calls = new Map<string, number[]>();
  const admit = (key: string, limit: number, spanMs: number): number => {
    const now = wallClockMs();
    const recent = (calls.get(key) ?? []).filter((atMs) => now - atMs < spanMs);
    calls.set(key, recent);
    const oldest = recent[0];
    if (recent.length >= limit && oldest !== undefined)
      return Math.max(1, Math.ceil((spanMs - (now - oldest)) / 1000));
    recent.push(now);
    return 0;
  };
  return (method, channel) => {
    const burst = postMethods.has(method) && channel ? admit(`${method} ${channel}`, 5, 5000) : 0;
    return burst || admit(method, perMinute[method] ?? 100, windowMs);
  };
}
