// The pace of both channels: Slack's by its published limits, mail's by what SES says of the account.
import type { Pace, Urgency } from '../../application/ports/pace.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import type { MailQuota, MailQuotaReader } from '../ses/mail-quota.ts';
import { createPace, type PaceOptions, SLACK_LIMITS } from './create-pace.ts';
import type { PaceLimit } from './window-blocks.ts';

/** How the pace of an installation is made. */
export interface ChannelPaceOptions extends Omit<PaceOptions, 'limitOf'> {
  readonly quota: MailQuotaReader;
  /** @default what Slack publishes */
  readonly slackLimits?: Readonly<Record<'slack' | 'slack-open', PaceLimit>>;
}

/** What is kept of a day's mails for those that are more urgent. */
const RESERVES: Readonly<Record<Urgency, number>> = { now: 0, soon: 0.05, whenever: 0.25 };
/** The day's mails are freed hour by hour, as those of yesterday grow older than 24 hours. */
const USED_UP_MS = HOUR_MS;
/** Somebody has to let the account send again; that is looked at every now and then. */
const PAUSED_MS = 15 * MINUTE_MS;

/** Makes the pace. */
export function createChannelPace(options: ChannelPaceOptions): Pace {
  const { quota, slackLimits = SLACK_LIMITS } = options;
  const pace = createPace({
    ...options,
    limitOf: async (name) => (name === 'email' ? limitOf(await quota.read()) : slackLimits[name]),
  });
  return {
    told: pace.told,
    async admit(lane, urgency) {
      if (lane !== 'email') return pace.admit(lane, urgency);
      const { isSending, leftToday, maxPerDay } = await quota.read();
      if (!isSending) return { go: false, waitMs: PAUSED_MS };
      const reserve = Number.isFinite(maxPerDay) ? Math.floor(maxPerDay * RESERVES[urgency]) : 0;
      if (leftToday <= reserve) return { go: false, waitMs: USED_UP_MS };
      const answer = await pace.admit(lane, urgency);
      if (!answer.go) return answer;
      quota.count(1);
      return {
        go: true,
        unused() {
          quota.count(-1);
          answer.unused();
        },
      };
    },
  };
}

/** Nine of ten mails a second: others may send by the account, too. */
function limitOf({ maxPerSecond }: MailQuota): PaceLimit {
  return { perWindow: Math.max(1, Math.floor(maxPerSecond * 0.9)), windowMs: 1000 };
}
