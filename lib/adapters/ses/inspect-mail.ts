// How SES stands to the account and to the address mail is sent from.
import { GetAccountCommand, GetEmailIdentityCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { callAws } from '../aws/call-aws.ts';

/** What SES says of an account. */
export interface MailAccount {
  /** False in the sandbox: only verified addresses can be written to. */
  readonly inProduction: boolean;
  /** False when SES paused the account. */
  readonly isSending: boolean;
  readonly maxPerDay: number;
  readonly sentToday: number;
  readonly maxPerSecond: number;
}

/** What SES says of a domain or an address. */
export interface MailIdentity {
  readonly name: string;
  readonly isVerified: boolean;
  /** `SUCCESS`, `PENDING`, `FAILED`, …; undefined for one that is not signed for. */
  readonly dkim: string | undefined;
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html @throws UpstreamError */
export async function readMailAccount(client: SESv2Client): Promise<MailAccount> {
  const account = await callAws('ses', 'tell about the account', () => client.send(new GetAccountCommand()));
  return {
    inProduction: account.ProductionAccessEnabled === true,
    isSending: account.SendingEnabled === true,
    maxPerDay: account.SendQuota?.Max24HourSend ?? 0,
    sentToday: account.SendQuota?.SentLast24Hours ?? 0,
    maxPerSecond: account.SendQuota?.MaxSendRate ?? 0,
  };
}

/**
 * The identity a From line is sent by: its domain.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailIdentity.html
 * @throws UpstreamError, NOT_FOUND when SES has none of that name
 */
export async function readMailIdentity(client: SESv2Client, name: string): Promise<MailIdentity> {
  const found = await callAws('ses', `tell about ${name}`, () =>
    client.send(new GetEmailIdentityCommand({ EmailIdentity: name })),
  );
  return {
    name,
    isVerified: found.VerifiedForSendingStatus === true,
    dkim: found.DkimAttributes?.Status,
  };
}
