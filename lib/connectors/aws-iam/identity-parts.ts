// What every identity of this connector shares: its id, its facts from tags, its protection.
import { unknown } from '../../domain/identity/fact.ts';
import type {
  Exclusion,
  Identity,
  IdentityKind,
  RemovalPath,
  SpecialTrait,
} from '../../domain/identity/identity.ts';
import type { IdentityId } from '../../domain/identity/identity-id.ts';
import type { Instant } from '../../domain/time.ts';
import { type AwsTags, factFromTags, ownerHintsOf, traitsOf } from '../aws/tags.ts';
import { IAM_TAGS } from './tag-words.ts';

/** The id this connector registers under. */
export const CONNECTOR_ID = 'aws-iam';

/** What identities are made in the light of. */
export interface Surroundings {
  readonly observedAt: Instant;
  /** Whether an ARN is one of Countersign's own users or roles. */
  isOwn(arn: string): boolean;
}

/** The parts of an identity that differ by kind. */
export type Particulars = Pick<
  Identity,
  'kind' | 'nativeId' | 'name' | 'createdAt' | 'lastUse' | 'credentials' | 'entitlements' | 'ownerHints'
> & {
  readonly arn: string;
  readonly tags: AwsTags;
  readonly traits: readonly SpecialTrait[];
  readonly protection?: string | undefined;
  readonly boundTo?: Identity['boundTo'] | undefined;
  readonly exclusion?: Exclusion | undefined;
  readonly removalPath: RemovalPath;
};

/** Account (`123456789012`) and resource (`user/path/name`, `role/name`, `root`) of an IAM ARN. */
export function splitArn(arn: string): { readonly account: string; readonly resource: string } {
  const start = arn.indexOf('::') + 2;
  const end = arn.indexOf(':', start);
  return { account: arn.slice(start, end), resource: arn.slice(end + 1) };
}

const UNPROTECTED = { protected: false, reason: '' };
const NO_CONSUMERS = unknown('IAM (records no caller)');

/** Puts an identity together. The ARN's shape was checked on reading, so the id needs no second check. */
export function identityOf(parts: Particulars, surroundings: Surroundings): Identity {
  const { account } = splitArn(parts.arn);
  const { tags, kind, nativeId, exclusion } = parts;
  const own = surroundings.isOwn(parts.arn);
  const traits = [...traitsOf(tags), ...parts.traits, ...(own ? (['own-infrastructure'] as const) : [])];
  return {
    schemaVersion: 1,
    identityId: idOf(account, kind, nativeId),
    connector: CONNECTOR_ID,
    scope: account,
    kind,
    nativeId,
    name: parts.name,
    environment: factFromTags(tags, 'environment', IAM_TAGS),
    purpose: factFromTags(tags, 'purpose', IAM_TAGS),
    boundTo: preferKnown(factFromTags(tags, 'boundTo', IAM_TAGS), parts.boundTo),
    consumers: NO_CONSUMERS,
    ownedByCode: factFromTags(tags, 'ownedByCode', IAM_TAGS),
    approval: factFromTags(tags, 'approval', IAM_TAGS),
    createdAt: parts.createdAt,
    createdBy: factFromTags(tags, 'createdBy', IAM_TAGS),
    lastUse: parts.lastUse,
    credentials: parts.credentials,
    entitlements: parts.entitlements,
    tags: { ...tags },
    ownerHints: [...parts.ownerHints, ...ownerHintsOf(tags, IAM_TAGS)],
    traits,
    protection: protectionOf(parts.protection, own, traits),
    ...(exclusion && { exclusion }),
    removalPath: parts.removalPath,
    observedAt: surroundings.observedAt,
  };
}

function idOf(account: string, kind: IdentityKind, nativeId: string): IdentityId {
  return `${CONNECTOR_ID}/${account}/${kind}/${nativeId}` as IdentityId;
}

function preferKnown(
  tagged: Identity['boundTo'],
  other: Identity['boundTo'] | undefined,
): Identity['boundTo'] {
  return tagged.known || other === undefined ? tagged : other;
}

function protectionOf(
  reason: string | undefined,
  own: boolean,
  traits: readonly SpecialTrait[],
): Identity['protection'] {
  if (reason !== undefined) return { protected: true, reason };
  if (own) return { protected: true, reason: 'Countersign itself works with it' };
  if (traits.includes('break-glass')) return { protected: true, reason: 'declared break-glass by tag' };
  return UNPROTECTED;
}
