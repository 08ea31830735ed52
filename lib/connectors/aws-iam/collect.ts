// One collection: details first (small, indexed), then the report streamed past them, joined by ARN.
import { InvalidInputError, RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { CollectionReport } from '../../domain/identity/collection.ts';
import { type Entitlements, unknownEntitlements } from '../../domain/identity/entitlement.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import type { ConnectorContext } from '../connector.ts';
import { type AccountDetails, indexDetails } from './account-details.ts';
import { type ReportHeader, readReport } from './credential-report.ts';
import type { Surroundings } from './identity-parts.ts';
import { ownPrincipals } from './own-principals.ts';
import { identityOfRole } from './role-identities.ts';
import type { CredentialReportRow, ServiceSpecificCredential, UserDetail } from './schema.ts';
import type { AwsIamSettings } from './settings.ts';
import type { IamSource, Obtained, ReportInput } from './source.ts';
import { createTally, type Tally } from './tally.ts';
import { identitiesOfRow, NO_POLICIES, type UserContext, userWithoutReport } from './user-identities.ts';

/** Lists every identity once; the report is final when the iteration ends, also when it ends early. */
export function collectIdentities(
  settings: AwsIamSettings,
  context: ConnectorContext,
  source: IamSource,
): { readonly identities: AsyncIterable<Identity>; report(): CollectionReport } {
  const tally = createTally(context.clock, () => source.calls());
  return { identities: walk(settings, context, source, tally), report: () => tally.report() };
}

/** Everything the walk knows beside the report. */
interface Known {
  readonly details: AccountDetails | undefined;
  readonly noDetails: Entitlements;
  readonly serviceSpecific: ReadonlyMap<string, readonly ServiceSpecificCredential[]>;
  readonly surroundings: Surroundings;
}

async function* walk(
  settings: AwsIamSettings,
  context: ConnectorContext,
  source: IamSource,
  tally: Tally,
): AsyncGenerator<Identity, void, undefined> {
  let finished = false;
  try {
    const known = await prepare(settings, source, tally);
    const reports = note(tally, await source.reports());
    if (!reports && !known.details) throw nothingToRead(source);
    const seen = new Set<string>();
    for (const report of reports ?? []) yield* fromReport(report, known, seen, tally, context);
    yield* fromDetails(known, reports !== undefined, seen, tally);
    await compareCounts(source, tally);
    finished = true;
  } finally {
    if (!finished) tally.stopEarly();
    tally.end();
  }
}

async function prepare(settings: AwsIamSettings, source: IamSource, tally: Tally): Promise<Known> {
  const caller = await source.caller();
  if (settings.account !== undefined && caller.account !== undefined && caller.account !== settings.account) {
    throw new RefusedError({
      code: 'CONFLICT',
      message: `these credentials belong to account ${caller.account}, the settings name ${settings.account}`,
    });
  }
  tally.scope(caller.account ?? settings.account);
  const obtained = await source.details();
  const pages = note(tally, obtained);
  if (pages?.failure) tally.partial(`authorization details are incomplete (${pages.failure.message})`);
  const usable = pages && (pages.complete || pages.pages.length > 0) ? pages : undefined;
  const serviceSpecific = note(tally, await source.serviceSpecific()) ?? [];
  tally.gap('SSH public keys are not listed: IAM offers no account-wide list of them');
  const reason = pages?.failure?.message;
  return {
    details: usable && indexDetails(usable.pages, usable.complete, tally.startedAt),
    noDetails:
      reason === undefined ? NO_POLICIES : unknownEntitlements(`authorization details missing (${reason})`),
    serviceSpecific: Map.groupBy(serviceSpecific, ({ UserName }) => UserName),
    surroundings: { observedAt: tally.startedAt, isOwn: ownPrincipals(settings, caller.arn) },
  };
}

function note<T>(tally: Tally, obtained: Obtained<T>): T | undefined {
  if (obtained.had) {
    for (const gap of obtained.gaps) tally.gap(gap);
    return obtained.value;
  }
  if (obtained.partial) tally.partial(obtained.gap);
  else tally.gap(obtained.gap);
  return undefined;
}

function nothingToRead(source: IamSource): Error {
  const failures = source.calls().flatMap((call) => call.failures);
  if (failures.length === 0) {
    return new InvalidInputError({
      code: 'BAD_SETTING',
      message: 'aws-iam: neither a credential report nor authorization details to read',
    });
  }
  const message = `neither credential report nor authorization details could be read: ${failures.join('; ')}`;
  const denied = failures.some((failure) =>
    /AccessDenied|InvalidClientTokenId|CredentialsProvider/.test(failure),
  );
  return new UpstreamError({
    provider: 'aws-iam',
    code: denied ? 'DENIED' : 'UNAVAILABLE',
    retryable: !denied,
    message,
  });
}

async function* fromReport(
  input: ReportInput,
  known: Known,
  seen: Set<string>,
  tally: Tally,
  { keepRaw }: ConnectorContext,
): AsyncGenerator<Identity, void, undefined> {
  if (input.generatedAt !== undefined) tally.generatedAt(input.generatedAt);
  if (keepRaw)
    input.stream.on('data', (chunk: Uint8Array) => keepRaw(`credential-report-${input.file}`, chunk));
  let duplicates = 0;
  for await (const row of readReport(input.stream, input.file, (header) => describeColumns(header, tally))) {
    if (seen.has(row.arn)) {
      duplicates += 1;
      continue;
    }
    seen.add(row.arn);
    tally.user(row.arn);
    const { identities, warnings } = identitiesOfRow(row, contextOf(row, known), known.surroundings);
    for (const warning of warnings) tally.warn(warning);
    noteMore(row, tally);
    for (const identity of identities) {
      tally.identity(identity);
      yield identity;
    }
  }
  if (duplicates > 0)
    tally.warn(`${input.file}: ${duplicates} row(s) repeat an ARN already read and were left out`);
}

function describeColumns(header: ReportHeader, tally: Tally): void {
  if (header.unknownColumns.length > 0) {
    tally.gap(
      `${header.file}: columns not understood, kept in the raw input only: ${header.unknownColumns.join(', ')}`,
    );
  }
  const certificates = header.absentColumns.filter((name) => name.startsWith('cert_'));
  if (certificates.length > 0)
    tally.gap(`${header.file}: no ${certificates.join(', ')}: signing certificates unknown`);
}

function noteMore(row: CredentialReportRow, tally: Tally): void {
  const more = row.additional_credentials_info;
  if (more === undefined) return;
  tally.gap(`${row.arn}: has more credentials than the report shows (${JSON.stringify(more.slice(0, 200))})`);
}

function contextOf(row: CredentialReportRow, known: Known): UserContext {
  const user = known.details?.users.get(row.arn);
  if (!user || !known.details) {
    const entitlements = known.details
      ? unknownEntitlements('the user is not in the authorization details')
      : known.noDetails;
    return { tags: undefined, entitlements, serviceSpecific: known.serviceSpecific.get(row.user) ?? [] };
  }
  return contextOfDetail(user, known.details, known);
}

function contextOfDetail(user: UserDetail, details: AccountDetails, known: Known): UserContext {
  return {
    tags: Object.fromEntries(user.Tags.map(({ Key, Value }) => [Key, Value])),
    entitlements: details.rightsOf(user),
    serviceSpecific: known.serviceSpecific.get(user.UserName) ?? [],
  };
}

/** Users the report does not have (made since, or no report at all), then roles. */
async function* fromDetails(
  known: Known,
  hadReport: boolean,
  seen: Set<string>,
  tally: Tally,
): AsyncGenerator<Identity, void, undefined> {
  const { details, surroundings } = known;
  if (!details) return;
  let unreported = 0;
  for (const user of details.users.values()) {
    if (seen.has(user.Arn)) continue;
    unreported += 1;
    tally.user(user.Arn);
    const about = { arn: user.Arn, name: user.UserName, createdAt: user.CreateDate ?? undefined };
    const identity = userWithoutReport(about, contextOfDetail(user, details, known), surroundings);
    tally.identity(identity);
    yield identity;
  }
  if (hadReport && unreported > 0) {
    tally.gap(
      `${unreported} user(s) are newer than the credential report: their keys and console access are unknown`,
    );
  }
  for (const role of details.roles.values()) {
    tally.role();
    const identity = identityOfRole(role, details.rightsOfRole(role), surroundings);
    tally.identity(identity);
    yield identity;
  }
}

async function compareCounts(source: IamSource, tally: Tally): Promise<void> {
  const summary = note(tally, await source.summary());
  if (summary) tally.compare(summary);
}
