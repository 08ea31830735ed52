// An account with profiles, trust anchors and subjects on a stand-in with the paths of the REST API, and the connector.
import type { Connector, RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { createAwsRolesAnywhere } from '../../../lib/connectors/aws-rolesanywhere/connector.ts';
import { AwsRolesAnywhereSettings } from '../../../lib/connectors/aws-rolesanywhere/settings.ts';
import type { CollectionReport } from '../../../lib/domain/identity/collection.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { type Instant, plusMs } from '../../../lib/domain/time.ts';
import { ACCOUNT, type Asked, AwsFault, KEYS, type StandIn, startStandIn } from '../aws/stand-in.ts';

/** When the tests take place. */
export const START = '2026-03-01T09:00:00.000Z' as Instant;

type Kept = Record<string, unknown> & { enabled: boolean };

/** What the account has, by id. */
export interface Things {
  readonly profiles: Map<string, Kept>;
  readonly anchors: Map<string, Kept>;
  readonly subjects: Map<string, Kept>;
  readonly crls: Kept[];
  readonly tags: Map<string, Readonly<Record<string, string>>>;
}

/** An id that ends in a number. */
export function idOf(at: number): string {
  return `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
}

const arnOf = (what: string, at: number): string =>
  `arn:aws:rolesanywhere:us-east-1:${ACCOUNT}:${what}/${idOf(at)}`;

/** A running account. */
export interface Running {
  readonly standIn: StandIn;
  readonly connector: Connector;
  readonly notes: string[];
  readonly waits: number[];
  readonly things: Things;
  now: () => Instant;
  advance(ms: number): void;
  addProfile(
    at: number,
    fields?: Readonly<Record<string, unknown>>,
    tags?: Readonly<Record<string, string>>,
  ): void;
  addAnchor(
    at: number,
    fields?: Readonly<Record<string, unknown>>,
    tags?: Readonly<Record<string, string>>,
  ): void;
  addSubject(at: number, fields?: Readonly<Record<string, unknown>>): void;
  make(settings?: Partial<AwsRolesAnywhereSettings>): Connector;
}

/** Starts an empty account. `pageSize`: entries a page, unless fewer are asked for. Close `standIn` afterwards. */
export async function start(pageSize = 100): Promise<Running> {
  let now = START;
  const things: Things = {
    profiles: new Map(),
    anchors: new Map(),
    subjects: new Map(),
    crls: [],
    tags: new Map(),
  };
  const standIn = await startStandIn((asked) => answer(things, asked, pageSize));
  const notes: string[] = [];
  const waits: number[] = [];
  const make = (settings: Partial<AwsRolesAnywhereSettings> = {}): Connector =>
    createAwsRolesAnywhere(
      AwsRolesAnywhereSettings.parse({
        endpoint: standIn.endpoint,
        emulatorKeys: KEYS,
        attemptsPerRequest: 1,
        retryBudget: 2,
        ...settings,
      }),
      { clock: { now: () => now }, note: (message) => void notes.push(message) },
      async (ms) => void waits.push(ms),
    );
  return {
    standIn,
    connector: make(),
    notes,
    waits,
    things,
    now: () => now,
    advance(ms) {
      now = plusMs(now, ms);
    },
    addProfile(at, fields = {}, tags = {}) {
      const profileArn = arnOf('profile', at);
      const made = {
        profileId: idOf(at),
        profileArn,
        name: `profile-${at}`,
        createdAt: '2025-01-01T00:00:00Z',
      };
      things.profiles.set(idOf(at), { ...made, enabled: true, roleArns: [], ...fields });
      things.tags.set(profileArn, tags);
    },
    addAnchor(at, fields = {}, tags = {}) {
      const trustAnchorArn = arnOf('trust-anchor', at);
      const made = { trustAnchorId: idOf(at), trustAnchorArn, name: `anchor-${at}` };
      things.anchors.set(idOf(at), { ...made, enabled: true, ...fields });
      things.tags.set(trustAnchorArn, tags);
    },
    addSubject(at, fields = {}) {
      const made = {
        subjectId: idOf(at),
        subjectArn: arnOf('subject', at),
        x509Subject: `CN=workload-${at}`,
      };
      things.subjects.set(idOf(at), { ...made, enabled: true, credentials: [], ...fields });
    },
    make,
  };
}

function answer(things: Things, { action, path, query, region }: Asked, pageSize: number): unknown {
  if (region !== 'us-east-1') throw new AwsFault('AccessDeniedException', `no access in ${region}`, 403);
  const id = path.split('/')[2] ?? '';
  const one = (all: Map<string, Kept>): Kept => {
    const found = all.get(id);
    if (!found) throw new AwsFault('ResourceNotFoundException', `${path} not found`, 404);
    return found;
  };
  const switched = (all: Map<string, Kept>, enabled: boolean): Kept => Object.assign(one(all), { enabled });
  const subjects = () => [...things.subjects.values()].map(({ credentials: _kept, ...rest }) => rest);
  const answers: Readonly<Record<string, () => unknown>> = {
    'GET /profiles': () => page('profiles', [...things.profiles.values()], query, pageSize),
    'GET /trustanchors': () => page('trustAnchors', [...things.anchors.values()], query, pageSize),
    'GET /subjects': () => page('subjects', subjects(), query, pageSize),
    'GET /crls': () => page('crls', things.crls, query, pageSize),
    'GET /ListTagsForResource': () => {
      const tags = things.tags.get(query.get('resourceArn') ?? '') ?? {};
      return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
    },
    'GET /profile/*': () => ({ profile: one(things.profiles) }),
    'GET /trustanchor/*': () => ({ trustAnchor: one(things.anchors) }),
    'GET /subject/*': () => ({ subject: one(things.subjects) }),
    'POST /profile/*/disable': () => ({ profile: switched(things.profiles, false) }),
    'POST /profile/*/enable': () => ({ profile: switched(things.profiles, true) }),
    'POST /trustanchor/*/disable': () => ({ trustAnchor: switched(things.anchors, false) }),
    'POST /trustanchor/*/enable': () => ({ trustAnchor: switched(things.anchors, true) }),
  };
  const made = answers[action];
  if (made) return made();
  throw new AwsFault('AccessDeniedException', `not authorized to perform ${action}`, 403);
}

function page(field: string, all: readonly unknown[], query: URLSearchParams, pageSize: number): unknown {
  const from = Number(query.get('nextToken') ?? 0);
  const next = from + Math.min(pageSize, Number(query.get('pageSize') ?? 100));
  return { [field]: all.slice(from, next), ...(next < all.length && { nextToken: String(next) }) };
}

/** Collects everything. */
export async function collect(
  connector: Connector,
): Promise<{ readonly identities: Identity[]; readonly report: CollectionReport }> {
  const collection = connector.collect();
  const identities: Identity[] = [];
  for await (const identity of collection.identities) identities.push(identity);
  return { identities, report: collection.report() };
}

/** A target as a reviewer decided on it. */
export async function targetOf(
  connector: Connector,
  name: string,
  credentialId?: string,
): Promise<RemovalTarget> {
  const { identities } = await collect(connector);
  const reviewed = identities.find((identity) => identity.name === name);
  if (!reviewed) throw new Error(`no ${name} among ${identities.map((each) => each.name).join(', ')}`);
  return { identityId: reviewed.identityId, credentialId, reviewed };
}
