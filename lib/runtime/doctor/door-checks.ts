// Whether people can be reached: Slack's token and scopes, SES's account and identity.
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { WebClient } from '@slack/web-api';
import { type MailIdentity, readMailAccount, readMailIdentity } from '../../adapters/ses/inspect-mail.ts';
import { inspectToken, missingScopes } from '../../adapters/slack/scopes.ts';
import { InvalidInputError, UpstreamError } from '../../domain/errors.ts';
import { type Check, type Finding, fine, problem, unchecked } from './examine.ts';

/** Slack as an installation has it. */
export interface SlackParts {
  readonly client: WebClient;
  readonly teamId: string;
}

/** Mail as an installation has it. */
export interface MailParts {
  readonly client: SESv2Client;
  /** `Countersign <reviews@example.com>` */
  readonly from: string;
}

/** Part of a day's quota that has to be free for a campaign to open. */
const FREE_SHARE = 0.1;

/** Checks of both channels. Without Slack there is mail only; an error says why Slack could not be opened. */
export function doorChecks(slack: SlackParts | InvalidInputError | undefined, mail: MailParts): Check[] {
  return [
    { id: 'slack', title: 'Slack', run: () => slackDoor(slack) },
    { id: 'mail-account', title: 'SES account', run: () => mailAccount(mail) },
    { id: 'mail-identity', title: 'SES identity', run: () => mailIdentity(mail) },
  ];
}

async function slackDoor(slack: SlackParts | InvalidInputError | undefined): Promise<Finding> {
  if (slack === undefined) return fine('This installation has none: everybody gets mail.');
  if (slack instanceof InvalidInputError) {
    return problem(slack.message, 'Fill in the Slack secret: docs/deploy.md#fill-in-the-slack-secret.');
  }
  return slackToken(slack);
}

async function slackToken({ client, teamId }: SlackParts): Promise<Finding> {
  let token: Awaited<ReturnType<typeof inspectToken>>;
  try {
    token = await inspectToken(client);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.retryable) throw error;
    return problem(
      error.message,
      'Put the app’s bot token into the Slack secret: docs/deploy.md#fill-in-the-slack-secret.',
    );
  }
  if (token.teamId !== teamId) {
    return problem(
      `The token is for the workspace ${token.teamId}, the configuration says ${teamId}.`,
      'Correct slack.teamId in config/<stage>.yaml, or install the app in the right workspace.',
    );
  }
  if (token.scopes === undefined) {
    return unchecked(
      `The token works (${token.botName}), but Slack did not say which scopes it has.`,
      'Compare the app’s OAuth page with the manifest in docs/deploy.md.',
    );
  }
  const missing = missingScopes(token.scopes);
  if (missing.length > 0) {
    return problem(
      `The token lacks ${missing.join(', ')}.`,
      'Add the scopes to the app (manifest in docs/deploy.md), install it again, and put the new token into the secret.',
    );
  }
  return fine(`${token.botName} in ${token.teamId}, with every scope it needs.`);
}

async function mailAccount({ client }: MailParts): Promise<Finding> {
  const account = await readMailAccount(client);
  if (!account.isSending)
    return problem(
      'SES has paused sending.',
      'See docs/runbook.md#mail-reputation, and write to AWS Support.',
    );
  if (!account.inProduction) {
    return problem(
      'The account is in the sandbox: only verified addresses get mail.',
      'Ask for production access: docs/deploy.md#mail.',
    );
  }
  const { maxPerDay, sentToday, maxPerSecond } = account;
  const free = maxPerDay - sentToday;
  if (maxPerDay > 0 && free < maxPerDay * FREE_SHARE)
    return problem(`${sentToday} of ${maxPerDay} mails a day are sent.`, 'Ask SES for a higher quota.');
  const perDay = maxPerDay < 0 ? 'any number' : `${maxPerDay}`;
  return fine(`In production: ${perDay} mails a day, ${maxPerSecond} a second.`);
}

async function mailIdentity({ client, from }: MailParts): Promise<Finding> {
  const address = /<([^>]+)>/.exec(from)?.[1] ?? from;
  const domain = address.slice(address.indexOf('@') + 1);
  const asked = await Promise.allSettled([identityOrNone(client, domain), identityOrNone(client, address)]);
  const found = asked.map((each) => (each.status === 'fulfilled' ? each.value : undefined)).find(Boolean);
  // The role may ask about one of the two only: the other one's refusal counts when nothing was found.
  const refused = asked.find((each) => each.status === 'rejected');
  if (!found && refused) throw refused.reason;
  if (!found) {
    return problem(
      `SES knows neither ${address} nor ${domain}.`,
      'Check mail.identity in config/<stage>.yaml, and deploy again.',
    );
  }
  if (!found.isVerified) {
    return problem(
      `${found.name} is not verified.`,
      'Add the DNS records that are outputs of the service stack: docs/deploy.md#mail.',
    );
  }
  const isDomain = !found.name.includes('@');
  if (isDomain && found.dkim !== 'SUCCESS') {
    return problem(
      `Mail of ${found.name} is not signed yet (DKIM: ${found.dkim ?? 'off'}).`,
      'Wait for the DNS records, or correct them: docs/deploy.md#mail.',
    );
  }
  return fine(`${found.name} is verified.`);
}

async function identityOrNone(client: SESv2Client, name: string): Promise<MailIdentity | undefined> {
  try {
    return await readMailIdentity(client, name);
  } catch (error) {
    if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
