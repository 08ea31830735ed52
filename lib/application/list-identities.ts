// The register as a list: what each identity is, how risky, who answers for it, and whether anybody vouches for it now.
import type { Definition } from '../domain/campaign/definition.ts';
import type { LastUse } from '../domain/identity/credential.ts';
import type { Identity, IdentityKind } from '../domain/identity/identity.ts';
import { type IdentityId, type IdentityKey, identityKeyOf } from '../domain/identity/identity-id.ts';
import { riskOf } from '../domain/identity/risk.ts';
import type { Risk } from '../domain/identity/risk-tier.ts';
import type { Standing } from '../domain/identity/standing.ts';
import type { Directory } from '../domain/review/directory.ts';
import { type Route, routeReviewer } from '../domain/review/route.ts';
import { type Instant, latest } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { currentIdentities } from './find-identity.ts';
import { inBatches, mapConcurrently } from './in-batches.ts';
import { loadDefinition } from './load.ts';
import { pastOf } from './past-of.ts';

/** Who would be asked about an identity today. */
export interface Answerer {
  readonly personId: string;
  readonly name: string;
  /** How they were found: the claim's source, `manager`, or `fallback`. */
  readonly how: string;
  /** Nobody owns it; the fallback is told. */
  readonly orphan: boolean;
}

/** One line of the register. */
export interface IdentityLine {
  readonly identityId: IdentityId;
  readonly identityKey: IdentityKey;
  readonly kind: IdentityKind;
  readonly name: string;
  readonly risk: Pick<Risk, 'score' | 'tier'>;
  readonly admin: 'yes' | 'no' | 'unknown';
  /** Absent while no definition is in force: definitions say how owners are found. */
  readonly owner: Answerer | undefined;
  readonly standing: Standing;
  readonly lastUse: LastUse;
  /** Why it is seen but not reviewed. */
  readonly excluded: string | undefined;
}

const BATCH = 100;

/** Makes the use case: the identities a CEL expression admits, worst first. @throws InvalidInputError MALFORMED_EXPRESSION */
export function listIdentities(environment: Environment) {
  return async (where = 'true'): Promise<IdentityLine[]> => {
    const { expressions, clock, people } = environment;
    const admits = expressions.compile(where);
    const directory = await people.directory();
    const definition = await latestDefinition(environment);
    const now = clock.now();
    const lines: IdentityLine[] = [];
    for await (const batch of inBatches(currentIdentities(environment), BATCH)) {
      const admitted = batch
        .map((identity) => ({ identity, risk: riskOf(identity, now) }))
        .filter((input) => admits(input));
      lines.push(
        ...(await mapConcurrently(admitted, 16, ({ identity, risk }) =>
          lineOf(environment, { identity, risk, directory, definition, now }),
        )),
      );
    }
    return lines.toSorted((a, b) => b.risk.score - a.risk.score || (a.identityId < b.identityId ? -1 : 1));
  };
}

async function lineOf(
  environment: Environment,
  subject: {
    readonly identity: Identity;
    readonly risk: Risk;
    readonly directory: Directory;
    readonly definition: Definition | undefined;
    readonly now: Instant;
  },
): Promise<IdentityLine> {
  const { identity, risk, directory, definition, now } = subject;
  const route = definition && routeReviewer({ identity, directory, definition, tier: risk.tier, now });
  const { standing } = await pastOf(environment, identity, now);
  return {
    identityId: identity.identityId,
    identityKey: identityKeyOf(identity.identityId),
    kind: identity.kind,
    name: identity.name,
    risk: { score: risk.score, tier: risk.tier },
    admin: identity.entitlements.admin,
    owner: route && answererOf(route, directory),
    standing,
    lastUse: lastUseOf(identity),
    excluded: identity.exclusion?.reason,
  };
}

/** Who a route leads to, by name. */
export function answererOf(route: Route, directory: Directory): Answerer {
  const { reviewerId, routedBy, orphan } = route;
  return {
    personId: reviewerId,
    name: directory.person(reviewerId)?.name ?? reviewerId,
    how: routedBy,
    orphan,
  };
}

/** The definition applied last: it says how owners are found. */
export async function latestDefinition({
  store,
  blobs,
}: Pick<Environment, 'store' | 'blobs'>): Promise<Definition | undefined> {
  const rows = await store.definitions();
  const newest = rows.toSorted((a, b) => (a.appliedAt < b.appliedAt ? 1 : -1))[0];
  return newest && loadDefinition(blobs, newest.digest);
}

/** The latest use of the identity or any of its credentials. */
function lastUseOf({ lastUse, credentials }: Identity): LastUse {
  const used = [lastUse, ...credentials.map((credential) => credential.lastUse)].filter(
    (use) => use.state === 'used',
  );
  const [first] = used;
  if (!first) return lastUse;
  const at = latest(first.at, ...used.map((use) => use.at));
  return used.find((use) => use.at === at) ?? lastUse;
}
