// Which items are alike enough to be kept with one click: same repository, access, trust and environment.
import { createHash } from 'node:crypto';
import { valueOf } from '../identity/fact.ts';
import type { Identity } from '../identity/identity.ts';

/** A group's stable key, and what a reviewer calls it. */
export interface Group {
  readonly key: string;
  readonly label: string;
}

const REPOSITORY_TAGS = ['repository', 'repo', 'git-repo', 'git_repo', 'github-repo'];

/** The group an identity belongs to. Inline policies share names, so level and services are part of "same access". */
export function groupOf(identity: Identity): Group {
  const { connector, kind, entitlements } = identity;
  const repository = repositoryOf(identity);
  const environment = valueOf(identity.environment);
  const policies = entitlements.policies.map(({ name, via }) => `${via}:${name}`).toSorted();
  const trust = entitlements.trust
    .map(({ principal, conditions }) => `${principal}?${conditions.toSorted().join('&')}`)
    .toSorted();
  const alike = [
    connector,
    kind,
    repository ?? null,
    environment ?? null,
    entitlements.level,
    entitlements.admin,
    entitlements.services.toSorted(),
    policies,
    trust,
  ];
  const digest = createHash('sha256').update(JSON.stringify(alike)).digest('hex');
  const access = entitlements.policies[0]?.name ?? `${entitlements.level} access`;
  const label = [repository ?? 'no repository', access, environment ?? 'no environment'].join(' · ');
  return { key: `g-${digest.slice(0, 16)}`, label };
}

/** The repository it comes from: a tag says so, or the code that owns it lies there, or it is bound to one. */
export function repositoryOf(identity: Identity): string | undefined {
  const tagged = Object.entries(identity.tags).find(([key]) => REPOSITORY_TAGS.includes(key.toLowerCase()));
  if (tagged) return tagged[1].toLowerCase();
  return repositoryIn(valueOf(identity.ownedByCode)) ?? repositoryIn(valueOf(identity.boundTo));
}

/** `host/owner/name` of a URL or path such as `https://github.com/acme/infra/blob/main/iam.tf`. */
function repositoryIn(text: string | undefined): string | undefined {
  const match =
    /^(?:https?:\/\/|git@)?((?:[a-z0-9-]+\.)+[a-z]+)[/:]([\w.-]+)\/([\w.-]+?)(?:\.git)?(?:[/#:?].*)?$/i.exec(
      text ?? '',
    );
  return match ? `${match[1]}/${match[2]}/${match[3]}`.toLowerCase() : undefined;
}
