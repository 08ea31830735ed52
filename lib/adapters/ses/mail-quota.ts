// What SES lets the account send, as it says itself, looked at every few minutes.
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { UpstreamError } from '../../domain/errors.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import { readMailAccount } from './inspect-mail.ts';

/** What may still be sent. */
export interface MailQuota {
  /** False when SES paused the account. */
  readonly isSending: boolean;
  readonly maxPerSecond: number;
  /** In any 24 hours; infinite where SES sets no limit. */
  readonly maxPerDay: number;
  /** Of those, not yet used. */
  readonly leftToday: number;
}

/** The quota as far as this process knows. */
export interface MailQuotaReader {
  read(): Promise<MailQuota>;
  /** Counts mails that go, or with a negative number do not go after all, until SES is asked again. */
  count(mails: number): void;
}

/** For how long an answer serves, in ms. Mails of this process are counted meanwhile; those of others SES refuses itself. */
const SERVES_MS = 5 * MINUTE_MS;
/** While SES does not tell, mail goes at the rate of a new account out of the sandbox; SES refuses what is too much. */
const UNKNOWN: MailQuota = {
  isSending: true,
  maxPerSecond: 14,
  maxPerDay: Number.POSITIVE_INFINITY,
  leftToday: Number.POSITIVE_INFINITY,
};

/**
 * Reads the quota. https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendQuota.html (-1 is no limit)
 * @param wallClock real time, in ms since the epoch
 */
export function createMailQuota(client: SESv2Client, wallClock: () => number): MailQuotaReader {
  let known = UNKNOWN;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let sent = 0;
  return {
    async read() {
      const now = wallClock();
      if (now - askedAtMs >= SERVES_MS) {
        askedAtMs = now;
        known = (await quotaOf(client)) ?? known;
        sent = 0;
      }
      return { ...known, leftToday: known.leftToday - sent };
    },
    count(mails) {
      sent += mails;
    },
  };
}

async function quotaOf(client: SESv2Client): Promise<MailQuota | undefined> {
  try {
    const { isSending, maxPerDay, sentToday, maxPerSecond } = await readMailAccount(client);
    const isUnlimited = maxPerDay < 0;
    return {
      isSending,
      maxPerSecond,
      maxPerDay: isUnlimited ? Number.POSITIVE_INFINITY : maxPerDay,
      leftToday: isUnlimited ? Number.POSITIVE_INFINITY : maxPerDay - sentToday,
    };
  } catch (error) {
    // Mail does not stop because its quota cannot be read.
    if (error instanceof UpstreamError) return undefined;
    throw error;
  }
}
