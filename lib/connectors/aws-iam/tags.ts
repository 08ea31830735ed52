// What IAM tags say of an identity: owners, purpose, environment, binding, approval, code. Values are attacker-controlled.
import type { Fact } from '../../domain/identity/fact.ts';
import { known, unknown } from '../../domain/identity/fact.ts';
import type { OwnerHint, SpecialTrait } from '../../domain/identity/identity.ts';

/** Tags of one principal; undefined when the input has none to offer (a credential report alone). */
export type IamTags = Readonly<Record<string, string>> | undefined;

const OWNER_TAGS: readonly (readonly [role: OwnerHint['role'], keys: readonly string[]])[] = [
  ['accountable', ['owner', 'accountable', 'owner-email']],
  ['technical', ['technical-owner', 'tech-owner', 'maintainer', 'contact']],
  ['business', ['business-owner']],
  ['team', ['team', 'owning-team', 'owner-team']],
  ['backup', ['backup-owner']],
  ['creator', ['created-by', 'createdby', 'creator']],
];

const FACT_TAGS = {
  environment: ['environment', 'env', 'stage'],
  purpose: ['purpose', 'description', 'application', 'service'],
  boundTo: ['workload', 'repository', 'repo', 'pipeline', 'git-repo', 'application'],
  approval: ['approval', 'ticket', 'change-ticket'],
  ownedByCode: ['aws:cloudformation:stack-name', 'git-file'],
  createdBy: ['created-by', 'createdby', 'creator'],
} as const;

/** Facts the tags may state. */
export type TaggedFact = keyof typeof FACT_TAGS;

const TRAIT_TAGS: readonly (readonly [trait: SpecialTrait, keys: readonly string[]])[] = [
  ['break-glass', ['break-glass', 'breakglass']],
  ['shared', ['shared']],
  ['vendor-managed', ['vendor-managed', 'vendor']],
  ['legacy', ['legacy']],
];

/** Tag keys compare without case, and `_`, ` ` and `-` are one. */
function normalise(key: string): string {
  return key.toLowerCase().replaceAll(/[_ ]/g, '-');
}

function find(
  tags: Readonly<Record<string, string>>,
  wanted: readonly string[],
): [string, string] | undefined {
  for (const name of wanted) {
    const hit = Object.entries(tags).find(([key, value]) => normalise(key) === name && value.trim() !== '');
    if (hit) return hit;
  }
  return undefined;
}

const NO_TAGS = unknown('credential report (carries no tags)');

/** A fact from the first tag that states it, else unknown with the tag keys looked at. */
export function factFromTags(tags: IamTags, fact: TaggedFact): Fact<string> {
  if (!tags) return NO_TAGS;
  const keys = FACT_TAGS[fact];
  const hit = find(tags, keys);
  if (!hit) return unknown(`IAM tags (${keys.join(', ')})`);
  const stack = normalise(hit[0]) === 'aws:cloudformation:stack-name' ? 'CloudFormation stack ' : '';
  return known(`${stack}${hit[1]}`, `IAM tag ${hit[0]}`);
}

/** Everyone the tags name, in the order technical reviewers are usually looked for. */
export function ownerHintsOf(tags: IamTags): OwnerHint[] {
  if (!tags) return [];
  return OWNER_TAGS.flatMap(([role, keys]) => {
    const hit = find(tags, keys);
    if (!hit) return [];
    const source = role === 'creator' ? ('creator' as const) : ('tag' as const);
    return [{ role, value: hit[1].slice(0, 512), source, detail: `IAM tag ${hit[0]}` }];
  });
}

/** Traits declared by tag; `false`, `no` and `0` declare their absence. */
export function traitsOf(tags: IamTags): SpecialTrait[] {
  if (!tags) return [];
  return TRAIT_TAGS.flatMap(([trait, keys]) => {
    const hit = find(tags, keys);
    return hit && !/^(false|no|0)$/i.test(hit[1].trim()) ? [trait] : [];
  });
}
