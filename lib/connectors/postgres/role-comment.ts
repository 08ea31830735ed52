// What the comment on a role says of it: `owner=team-orders; ticket=OPS-12`. Attacker-controlled where roles may comment.
import type { Fact } from '../../domain/identity/fact.ts';
import { known, unknown } from '../../domain/identity/fact.ts';
import type { OwnerHint, SpecialTrait } from '../../domain/identity/identity.ts';

/** What a comment states, by key. A comment without any `key=value` is the role's purpose. */
export type CommentFields = Readonly<Record<string, string>>;

const SOURCE = 'comment on the role';

const OWNERS: readonly (readonly [role: OwnerHint['role'], keys: readonly string[]])[] = [
  ['accountable', ['owner', 'accountable', 'owner-email']],
  ['technical', ['technical-owner', 'tech-owner', 'maintainer', 'contact']],
  ['business', ['business-owner']],
  ['team', ['team', 'owning-team', 'owner-team']],
  ['backup', ['backup-owner']],
  ['creator', ['created-by', 'creator']],
];

const FACTS = {
  environment: ['environment', 'env', 'stage'],
  purpose: ['purpose', 'description', 'application', 'service'],
  boundTo: ['workload', 'repository', 'repo', 'pipeline', 'application'],
  approval: ['approval', 'ticket', 'change-ticket'],
  ownedByCode: ['code', 'git-file'],
  createdBy: ['created-by', 'creator'],
} as const;

/** Facts a comment may state. */
export type CommentedFact = keyof typeof FACTS;

const TRAITS: readonly (readonly [trait: SpecialTrait, keys: readonly string[]])[] = [
  ['break-glass', ['break-glass', 'breakglass']],
  ['shared', ['shared']],
  ['vendor-managed', ['vendor-managed', 'vendor']],
  ['legacy', ['legacy']],
];

/** Longest value kept of each field, in characters. */
const LONGEST = 512;

/** Reads a comment: `key=value` parts between semicolons or on lines of their own; keys without case, `_` as `-`. */
export function readComment(comment: string | null): CommentFields {
  const fields = new Map<string, string>();
  for (const part of (comment ?? '').split(/[;\r\n]+/)) {
    const [, key, value] = /^\s*([A-Za-z][\w -]{0,40}?)\s*=\s*(.+?)\s*$/s.exec(part) ?? [];
    if (key !== undefined && value !== undefined) {
      fields.set(key.toLowerCase().replaceAll(/[_ ]/g, '-'), value.slice(0, LONGEST));
    }
  }
  const text = comment?.trim() ?? '';
  if (fields.size === 0 && text !== '') fields.set('purpose', text.slice(0, LONGEST));
  return Object.fromEntries(fields);
}

/** A fact from the first field that states it, else unknown with the keys looked for. */
export function factFrom(fields: CommentFields, fact: CommentedFact): Fact<string> {
  const keys: readonly string[] = FACTS[fact];
  const key = keys.find((each) => Object.hasOwn(fields, each));
  if (key === undefined) return unknown(`${SOURCE} (${keys.join(', ')})`);
  return known(fields[key] ?? '', `${SOURCE} (${key})`);
}

/** Everyone the comment names. */
export function ownerHintsFrom(fields: CommentFields): OwnerHint[] {
  return OWNERS.flatMap(([role, keys]) => {
    const key = keys.find((each) => Object.hasOwn(fields, each));
    if (key === undefined) return [];
    const source = role === 'creator' ? ('creator' as const) : ('tag' as const);
    return [{ role, value: fields[key] ?? '', source, detail: `${SOURCE} (${key})` }];
  });
}

/** Traits the comment declares; `false`, `no` and `0` declare their absence. */
export function traitsFrom(fields: CommentFields): SpecialTrait[] {
  return TRAITS.flatMap(([trait, keys]) => {
    const key = keys.find((each) => Object.hasOwn(fields, each));
    return key !== undefined && !/^(false|no|0)$/i.test(fields[key] ?? '') ? [trait] : [];
  });
}
