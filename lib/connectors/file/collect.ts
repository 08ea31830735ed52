// One row, one identity.
import { basename } from 'node:path';
import { InvalidInputError } from '../../domain/errors.ts';
import type { CollectionReport } from '../../domain/identity/collection.ts';
import type { Credential, CredentialType } from '../../domain/identity/credential.ts';
import type { Entitlements } from '../../domain/identity/entitlement.ts';
import { type Fact, known, unknown } from '../../domain/identity/fact.ts';
import type { Identity, IdentityKind, OwnerHint } from '../../domain/identity/identity.ts';
import { IdentityId } from '../../domain/identity/identity-id.ts';
import type { Instant } from '../../domain/time.ts';
import type { ConnectorContext } from '../connector.ts';
import { manifest } from './manifest.ts';
import { type ReadRow, readRows } from './read-rows.ts';
import type { FileRow } from './schema.ts';
import type { FileSettings } from './settings.ts';

/** Lists the file's identities; the report is final when the iteration ends, also when it ends early. */
export function collectIdentities(
  settings: FileSettings,
  { clock }: ConnectorContext,
): { readonly identities: AsyncIterable<Identity>; report(): CollectionReport } {
  const startedAt = clock.now();
  const systems = new Set<string>();
  const count = { identities: 0, credentials: 0 };
  let endedAt: Instant | undefined;
  let finished = false;
  async function* walk(): AsyncGenerator<Identity, void, undefined> {
    try {
      for await (const read of readRows(settings.path)) {
        const identity = identityOfRow(settings, read, startedAt);
        systems.add(identity.scope);
        count.identities += 1;
        count.credentials += identity.credentials.length;
        yield identity;
      }
      finished = true;
    } finally {
      endedAt = clock.now();
    }
  }
  const report = (): CollectionReport => ({
    schemaVersion: 1,
    connector: manifest.id,
    connectorVersion: '1',
    scope: systems.size === 0 ? settings.system : [...systems].sort().join(','),
    startedAt,
    endedAt: endedAt ?? clock.now(),
    completeness: finished ? 'complete' : 'partial',
    gaps: finished ? [] : ['the file was not read to its end'],
    calls: [],
    ...count,
    excluded: 0,
    independentCounts: [],
    warnings: [],
  });
  return { identities: walk(), report };
}

/** Makes the identity of a row. @throws InvalidInputError MALFORMED_FILE when its id is too long for one. */
export function identityOfRow(settings: FileSettings, read: ReadRow, observedAt: Instant): Identity {
  const { row, line } = read;
  const name = basename(settings.path);
  const source = `file ${name}, line ${line}`;
  const kind = row.kind ?? settings.kind;
  const scope = row.system === undefined || row.system === '' ? settings.system : row.system;
  const fact = (value: string | undefined, column: string): Fact<string> =>
    value === undefined ? unknown(`file ${name} (${column})`) : known(value, source);
  return {
    schemaVersion: 1,
    identityId: idOf(settings, line, `${manifest.id}/${scope}/${kind}/${row.id}`),
    connector: manifest.id,
    scope,
    kind,
    nativeId: row.id,
    name: row.name ?? row.id,
    environment: fact(row.environment, 'environment'),
    purpose: fact(row.purpose, 'purpose'),
    boundTo: fact(row.bound_to, 'bound_to'),
    consumers:
      row.consumers === undefined
        ? unknown(`file ${name} (consumers)`)
        : known(
            row.consumers.split(/\s*[,;]\s*/).filter((each) => each !== ''),
            source,
          ),
    ownedByCode: fact(row.owned_by_code, 'owned_by_code'),
    approval: fact(row.approval, 'approval'),
    createdAt: row.created_at === undefined ? unknown(source) : known(row.created_at, source),
    createdBy: fact(row.created_by, 'created_by'),
    lastUse: lastUseOf(row, source),
    credentials: credentialsOf(row, kind, source),
    entitlements: entitlementsOf(row),
    tags: { ...read.others },
    ownerHints: ownerHintsOf(row, source),
    traits: [],
    protection: { protected: false, reason: '' },
    removalPath: {
      how: 'manual',
      description: row.removal_path ?? `A person switches it off in ${scope} and confirms.`,
      reversible: false,
    },
    observedAt,
  };
}

function idOf(settings: FileSettings, line: number, text: string): IdentityId {
  const parsed = IdentityId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${settings.path}: line ${line}, column id: ${JSON.stringify(text.slice(0, 80))} cannot name an identity`,
  });
}

function lastUseOf(row: FileRow, source: string): Identity['lastUse'] {
  if (row.last_used_at === undefined) return { state: 'unknown', lookedIn: [`${source} (last_used_at)`] };
  if (row.last_used_at === 'never') return { state: 'never', source };
  return { state: 'used', at: row.last_used_at, source };
}

const TYPE_OF_KIND: Partial<Record<IdentityKind, CredentialType>> = {
  'api-key': 'token',
  'access-token': 'token',
  certificate: 'certificate',
  secret: 'secret',
  'oauth-app': 'client-secret',
  'ssh-key': 'ssh-public-key',
};

/** A row is its own one credential where its kind is one, or where the row names its type. */
function credentialsOf(row: FileRow, kind: IdentityKind, source: string): Credential[] {
  const type = row.credential_type ?? TYPE_OF_KIND[kind];
  if (type === undefined) return [];
  const dated = (at: Instant | undefined) => (at === undefined ? unknown(source) : known(at, source));
  const { status = 'unknown' } = row;
  return [
    {
      credentialId: 'credential-1',
      type,
      status: status === 'disabled' ? 'inactive' : status,
      createdAt: dated(row.created_at),
      lastRotatedAt: dated(row.rotated_at),
      expiresAt: dated(row.expires_at),
      lastUse: lastUseOf(row, source),
    },
  ];
}

function entitlementsOf({ admin, level, privileges }: FileRow): Entitlements {
  const stated = admin ?? 'unknown';
  return {
    level: stated === 'yes' ? 'admin' : (level ?? 'unknown'),
    admin: stated,
    adminReason: admin === undefined ? 'the file does not say' : 'as the file says',
    services: [],
    policies: privileges === undefined ? [] : [{ name: privileges, via: 'grant' }],
    trust: [],
  };
}

const OWNER_COLUMNS = [
  ['owner', 'accountable'],
  ['technical_owner', 'technical'],
  ['business_owner', 'business'],
  ['team', 'team'],
  ['backup_owner', 'backup'],
  ['created_by', 'creator'],
] as const;

function ownerHintsOf(row: FileRow, source: string): OwnerHint[] {
  return OWNER_COLUMNS.flatMap(([column, role]) => {
    const value = row[column];
    if (value === undefined) return [];
    const from = role === 'creator' ? ('creator' as const) : ('declared-file' as const);
    return [{ role, value, source: from, detail: `${source}, column ${column}` }];
  });
}
