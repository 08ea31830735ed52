// What tags of an AWS resource say of it: owners, purpose, environment, binding, approval. Values are attacker-controlled.
import { type Fact, known, unknown } from '../../domain/identity/fact.ts';
import type { Identity, OwnerHint, SpecialTrait } from '../../domain/identity/identity.ts';

/** Tags of one resource; undefined when they could not be read. */
export type AwsTags = Readonly<Record<string, string>> | undefined;

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

function find(tags: NonNullable<AwsTags>, wanted: readonly string[]): [string, string] | undefined {
  for (const name of wanted) {
    const hit = Object.entries(tags).find(([key, value]) => normalise(key) === name && value.trim() !== '');
    if (hit) return hit;
  }
  return undefined;
}

/** Facts that tags may state, each known or with the tag keys looked at. */
export type TaggedFacts = Pick<Identity, keyof typeof FACT_TAGS>;

/** How sources are called: what one tag is, and what is said when there are no tags to look at. */
export interface TagWords {
  readonly tag: string;
  readonly unread: string;
}

const WORDS: TagWords = { tag: 'tag', unread: 'tags (not read)' };

/** A fact from the first tag that states it, else unknown with the tag keys looked at. */
export function factFromTags(tags: AwsTags, name: keyof TaggedFacts, { tag, unread } = WORDS): Fact<string> {
  if (!tags) return unknown(unread);
  const keys = FACT_TAGS[name];
  const hit = find(tags, keys);
  if (!hit) return unknown(`${tag}s (${keys.join(', ')})`);
  const stack = normalise(hit[0]) === 'aws:cloudformation:stack-name' ? 'CloudFormation stack ' : '';
  return known(`${stack}${hit[1]}`, `${tag} ${hit[0]}`);
}

/** All of them. `unread`: what is said when there are no tags to look at. */
export function factsFromTags(tags: AwsTags, unread = WORDS.unread): TaggedFacts {
  const fact = (name: keyof TaggedFacts) => factFromTags(tags, name, { ...WORDS, unread });
  return {
    environment: fact('environment'),
    purpose: fact('purpose'),
    boundTo: fact('boundTo'),
    approval: fact('approval'),
    ownedByCode: fact('ownedByCode'),
    createdBy: fact('createdBy'),
  };
}

/** Everyone the tags name, in the order technical reviewers are usually looked for. */
export function ownerHintsOf(tags: AwsTags, { tag } = WORDS): OwnerHint[] {
  if (!tags) return [];
  return OWNER_TAGS.flatMap(([role, keys]) => {
    const hit = find(tags, keys);
    if (!hit) return [];
    const source = role === 'creator' ? ('creator' as const) : ('tag' as const);
    return [{ role, value: hit[1].slice(0, 512), source, detail: `${tag} ${hit[0]}` }];
  });
}

/** Traits declared by tag; `false`, `no` and `0` declare their absence. */
export function traitsOf(tags: AwsTags): SpecialTrait[] {
  if (!tags) return [];
  return TRAIT_TAGS.flatMap(([trait, keys]) => {
    const hit = find(tags, keys);
    return hit && !/^(false|no|0)$/i.test(hit[1].trim()) ? [trait] : [];
  });
}
