// Roles as workload identities; service-linked and SSO-reserved ones are seen, and excluded with their reason.
import type { Entitlements } from '../../domain/identity/entitlement.ts';
import { known, unknown } from '../../domain/identity/fact.ts';
import type { Exclusion, Identity, RemovalPath, SpecialTrait } from '../../domain/identity/identity.ts';
import { isFederatedOnly } from '../../domain/identity/policy-trust.ts';
import { identityOf, type Surroundings, splitArn } from './identity-parts.ts';
import { roleLastUse } from './last-use.ts';
import type { RoleDetail } from './schema.ts';

const SOURCE = 'IAM authorization details';

interface Reserved {
  readonly trait: SpecialTrait;
  readonly exclusion: Exclusion;
  readonly removalPath: RemovalPath;
}

const SERVICE_LINKED: Reserved = {
  trait: 'service-linked',
  exclusion: {
    code: 'service-linked-role',
    reason: 'made and governed by an AWS service; IAM lets nobody edit it',
  },
  removalPath: {
    how: 'none',
    description: 'Delete it through the AWS service that owns it.',
    reversible: false,
  },
};

const SSO_RESERVED: Reserved = {
  trait: 'sso-reserved',
  exclusion: { code: 'sso-reserved-role', reason: 'made by IAM Identity Center for people; reviewed there' },
  removalPath: {
    how: 'manual',
    description: 'Change the permission set in IAM Identity Center.',
    reversible: true,
  },
};

const DENY_ALL: RemovalPath = {
  how: 'disable',
  description:
    'Add the inline policy CountersignDisabled, which denies everything; taken off again to restore.',
  reversible: true,
};

/** Turns a role into an identity. */
export function identityOfRole(
  role: RoleDetail,
  entitlements: Entitlements,
  surroundings: Surroundings,
): Identity {
  const { resource } = splitArn(role.Arn);
  const reserved = reservedAs(resource);
  const traits: SpecialTrait[] = reserved ? [reserved.trait] : [];
  // OIDC or SAML only: every use is a short-lived session of somebody else's identity (process.md §7).
  if (!reserved && isFederatedOnly(entitlements.trust)) traits.push('ephemeral');
  const profile = role.InstanceProfileList[0];
  const createdAt = role.CreateDate ?? undefined;
  const used = role.RoleLastUsed;
  return identityOf(
    {
      arn: role.Arn,
      kind: 'workload-identity',
      nativeId: resource,
      name: role.RoleName,
      createdAt: createdAt === undefined ? unknown(SOURCE) : known(createdAt, SOURCE),
      lastUse: roleLastUse(
        used ? { at: used.LastUsedDate ?? undefined, region: used.Region ?? undefined } : undefined,
        createdAt,
        surroundings.observedAt,
      ),
      credentials: [],
      entitlements,
      ownerHints: [],
      tags: Object.fromEntries(role.Tags.map(({ Key, Value }) => [Key, Value])),
      traits,
      boundTo: profile && known(profile.Arn, `${SOURCE} (instance profile)`),
      ...(reserved && { exclusion: reserved.exclusion }),
      removalPath: reserved ? reserved.removalPath : DENY_ALL,
    },
    surroundings,
  );
}

function reservedAs(resource: string): Reserved | undefined {
  if (resource.startsWith('role/aws-service-role/')) return SERVICE_LINKED;
  if (resource.startsWith('role/aws-reserved/sso.amazonaws.com/')) return SSO_RESERVED;
  return undefined;
}
