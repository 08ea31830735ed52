// The inventory straight from AWS: one report, paged details, one summary. Never one call per user.
import { Readable } from 'node:stream';
import {
  GenerateCredentialReportCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  type GetCredentialReportResponse,
  ListServiceSpecificCredentialsCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { UpstreamError } from '../../domain/errors.ts';
import { instantOf } from '../../domain/time.ts';
import type { AwsClients } from './aws-clients.ts';
import type { CallLog, Sleep } from './call-log.ts';
import { AuthorizationPage, ServiceSpecificCredential } from './schema.ts';
import type { AwsIamSettings } from './settings.ts';
import {
  type DetailPages,
  having,
  type IamSource,
  missing,
  type Obtained,
  type ReportInput,
} from './source.ts';
import { parseAnswer } from './upstream.ts';

/** What the live source works with. */
export interface LiveParts {
  readonly clients: AwsClients;
  readonly log: CallLog;
  readonly sleep: Sleep;
  readonly settings: AwsIamSettings;
}

/** Makes a source that asks AWS. */
export function createLiveSource(parts: LiveParts): IamSource {
  const { clients, log, settings } = parts;
  /** How asking for a report went: asked first, so that it is made while everything else is read. */
  let asked: { readonly failure?: unknown } | undefined;
  return {
    async caller() {
      const { Account, Arn } = await log.call('GetCallerIdentity', () =>
        clients.sts.send(new GetCallerIdentityCommand({})),
      );
      return { account: Account, arn: Arn };
    },
    async details() {
      if (!settings.without.includes('credential-report'))
        asked = await failureOf(() => generateReport(parts));
      return settings.without.includes('authorization-details')
        ? missing('done without authorization details: roles, tags and policies are unknown')
        : having(await fetchDetails(parts));
    },
    serviceSpecific: () => orGap(NO_SERVICE_SPECIFIC, async () => having(await fetchServiceSpecific(parts))),
    reports: async () =>
      settings.without.includes('credential-report')
        ? missing(`done without: ${NO_REPORT}`)
        : orGap(
            NO_REPORT,
            async () => {
              if (asked?.failure !== undefined) throw asked.failure;
              return having([await fetchReport(parts)]);
            },
            true,
          ),
    summary: () =>
      orGap('no independent counts', async () => {
        const answer = await log.call('GetAccountSummary', () =>
          clients.iam.send(new GetAccountSummaryCommand({})),
        );
        return having({ ...answer.SummaryMap });
      }),
    calls: () => log.calls(),
  };
}

const NO_REPORT = 'no credential report: keys, console access and last use are unknown';
const NO_SERVICE_SPECIFIC = 'service-specific credentials not listed, and the credential report omits them';

/** A refusal or an outage of one part is a gap; it must not hide what the other parts can show. */
async function orGap<T>(
  gap: string,
  obtain: () => Promise<Obtained<T>>,
  partial = false,
): Promise<Obtained<T>> {
  try {
    return await obtain();
  } catch (error) {
    if (error instanceof UpstreamError) return missing(`${gap} (${error.message})`, partial);
    throw error;
  }
}

async function fetchDetails({ clients, log }: LiveParts): Promise<DetailPages> {
  const action = 'GetAccountAuthorizationDetails';
  const pages: AuthorizationPage[] = [];
  let marker: string | undefined;
  try {
    do {
      const Marker = marker;
      const answer = await log.call(action, () =>
        clients.iam.send(
          new GetAccountAuthorizationDetailsCommand({ MaxItems: 1000, ...(Marker && { Marker }) }),
        ),
      );
      pages.push(parseAnswer(AuthorizationPage, answer, action));
      log.page(action);
      marker = answer.IsTruncated === true ? answer.Marker : undefined;
    } while (marker !== undefined);
    return { pages, complete: true };
  } catch (error) {
    // What came before is still good; the collection is marked partial.
    if (error instanceof UpstreamError) return { pages, complete: false, failure: error };
    throw error;
  }
}

/** All users' at once (`AllUsers`): the alternative would be one call per user. */
async function fetchServiceSpecific({ clients, log }: LiveParts): Promise<ServiceSpecificCredential[]> {
  const action = 'ListServiceSpecificCredentials';
  const found: ServiceSpecificCredential[] = [];
  let marker: string | undefined;
  do {
    const Marker = marker;
    const answer = await log.call(action, () =>
      clients.iam.send(
        new ListServiceSpecificCredentialsCommand({ AllUsers: true, ...(Marker && { Marker }) }),
      ),
    );
    const page = answer.ServiceSpecificCredentials ?? [];
    found.push(...page.map((each) => parseAnswer(ServiceSpecificCredential, each, action)));
    log.page(action);
    marker = answer.IsTruncated === true ? answer.Marker : undefined;
  } while (marker !== undefined);
  return found;
}

async function failureOf(act: () => Promise<void>): Promise<{ readonly failure?: unknown }> {
  try {
    await act();
    return {};
  } catch (failure) {
    return { failure };
  }
}

/** Waits this long after the first look at a report in the making, then twice as long each time, up to the setting. */
const FIRST_POLL_MS = 250;

/** Waits while the report is made, starts over when it is gone; a bounded number of looks. */
async function fetchReport(parts: LiveParts): Promise<ReportInput> {
  const { settings, sleep } = parts;
  for (let look = 0; look < settings.reportPolls; look += 1) {
    const answer = await lookForReport(parts);
    if (typeof answer !== 'string') return reportInput(answer);
    if (answer === 'gone') await generateReport(parts);
    await sleep(Math.min(FIRST_POLL_MS * 2 ** look, settings.reportPollMs));
  }
  throw new UpstreamError({
    provider: 'aws-iam',
    code: 'NOT_READY',
    retryable: true,
    message: `GetCredentialReport: not ready after ${settings.reportPolls} looks`,
  });
}

/** Starts a report. Refused or throttled, an existing one (up to 4 h old) may still be had. */
async function generateReport({ clients, log }: LiveParts): Promise<void> {
  try {
    await log.call('GenerateCredentialReport', () =>
      clients.iam.send(new GenerateCredentialReportCommand({})),
    );
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    // Recorded as a failure of this action by the log; whether it matters shows when the report is asked for.
    if (error.code !== 'DENIED' && error.code !== 'THROTTLED') throw error;
  }
}

async function lookForReport({
  clients,
  log,
}: LiveParts): Promise<GetCredentialReportResponse | 'gone' | 'in-progress'> {
  try {
    return await log.call('GetCredentialReport', () => clients.iam.send(new GetCredentialReportCommand({})));
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.code !== 'NOT_READY') throw error;
    const name = error.cause instanceof Error ? error.cause.name : '';
    return /NotReady|InProgress/.test(name) ? 'in-progress' : 'gone';
  }
}

const CHUNK_BYTES = 64 * 1024;

function reportInput({ Content, GeneratedTime }: GetCredentialReportResponse): ReportInput {
  const bytes = Content ?? new Uint8Array();
  return {
    file: 'GetCredentialReport',
    stream: Readable.from(chunksOf(bytes), { objectMode: false }),
    generatedAt: GeneratedTime && instantOf(GeneratedTime.getTime()),
  };
}

function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}
