// Every profile, trust anchor and subject of the settings' Regions.
import { setTimeout as wait } from 'node:timers/promises';
import { mapConcurrently } from '../../application/in-batches.ts';
import { UpstreamError } from '../../domain/errors.ts';
import type { CollectionReport } from '../../domain/identity/collection.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import type { Sleep } from '../aws/call-log.ts';
import { collectRegions, type RegionReading } from '../aws/collection.ts';
import type { AwsSession } from '../aws/session.ts';
import type { ConnectorContext } from '../connector.ts';
import type { Anywhere, Page } from './anywhere.ts';
import { identityOfAnchor, identityOfProfile, identityOfSubject } from './identities.ts';
import { manifest } from './manifest.ts';
import type { Crl, Profile, SubjectSummary, TrustAnchor } from './schema.ts';
import type { AwsRolesAnywhereSettings } from './settings.ts';

/** Subjects, or tags, looked at in one go. */
const WIDTH = 4;

/** What collecting works with. */
export interface CollectParts {
  readonly settings: AwsRolesAnywhereSettings;
  readonly session: AwsSession;
  readonly context: ConnectorContext;
  readonly anywhere: Anywhere;
  readonly sleep?: Sleep | undefined;
}

/** Lists each once; the report is final when the iteration ends, also when it ends early. */
export function collectIdentities({ anywhere, context, session, settings, sleep = wait }: CollectParts): {
  readonly identities: AsyncIterable<Identity>;
  report(): CollectionReport;
} {
  return collectRegions({
    connectorId: manifest.id,
    connectorVersion: '1',
    settings,
    session,
    context,
    sleep,
    read: (reading) => readRegion(anywhere, reading),
  });
}

async function* readRegion(
  anywhere: Anywhere,
  reading: RegionReading,
): AsyncGenerator<Identity, void, undefined> {
  const { region } = reading;
  const ask = createAsk(reading);
  const tagsOf = (arn: string) => ask('ListTagsForResource', 'tags', () => anywhere.tags(region, arn));
  for await (const anchors of pages(reading, 'ListTrustAnchors', anywhere.trustAnchors, anchorId)) {
    yield* await mapConcurrently(anchors, WIDTH, async (anchor) =>
      identityOfAnchor(anchor, await tagsOf(anchor.trustAnchorArn), reading),
    );
  }
  for await (const profiles of pages(reading, 'ListProfiles', anywhere.profiles, profileId)) {
    yield* await mapConcurrently(profiles, WIDTH, async (profile) =>
      identityOfProfile(profile, await tagsOf(profile.profileArn), reading),
    );
  }
  const crls = await ask('ListCrls', 'revocation lists', () => crlsInForce(anywhere, reading));
  for await (const subjects of pages(reading, 'ListSubjects', anywhere.subjects, subjectId)) {
    yield* await mapConcurrently(subjects, WIDTH, async (subject) => {
      const whole = await ask('GetSubject', 'certificates of a subject', () =>
        anywhere.subject(region, subject.subjectId),
      );
      return identityOfSubject(subject, whole?.credentials, crls, reading);
    });
  }
}

const anchorId = ({ trustAnchorId }: TrustAnchor): string => trustAnchorId;
const profileId = ({ profileId: id }: Profile): string => id;
const subjectId = ({ subjectId: id }: SubjectSummary): string => id;
const crlId = ({ crlId: id }: Crl): string => id;

/** Pages of a list, without what an earlier page had already. */
async function* pages<T>(
  { log, partial, region }: RegionReading,
  action: string,
  list: (region: string, after: string | undefined) => Promise<Page<T>>,
  idOf: (item: T) => string,
): AsyncGenerator<T[], void, undefined> {
  const seen = new Set<string>();
  let next: string | undefined;
  do {
    const after = next;
    const page = await log.page(action, () => list(region, after));
    for (const fault of page.faults) partial(`${region}: an entry was not understood (${fault})`);
    yield page.items.filter((item) => {
      const isNew = !seen.has(idOf(item));
      seen.add(idOf(item));
      return isNew;
    });
    next = page.next;
  } while (next !== undefined);
}

async function crlsInForce(anywhere: Anywhere, reading: RegionReading): Promise<number> {
  let count = 0;
  for await (const crls of pages(reading, 'ListCrls', anywhere.crls, crlId)) {
    count += crls.filter(({ enabled }) => enabled).length;
  }
  return count;
}

/** Asks for what the list does not say. What is denied once is not asked for again, and is a gap; the identities stay. */
function createAsk({ gap, log, partial, region }: RegionReading) {
  const denied = new Set<string>();
  return async <T>(action: string, what: string, request: () => Promise<T>): Promise<T | undefined> => {
    if (denied.has(action)) return undefined;
    try {
      return action === 'ListCrls' ? await request() : await log.call(action, request);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (error.code === 'NOT_FOUND') return undefined;
      if (error.code === 'DENIED') denied.add(action);
      (error.code === 'DENIED' ? gap : partial)(`${region}: ${what} unknown (${error.message})`);
      return undefined;
    }
  };
}
