// What an attestation is about, in the words people search by. Everything comes from the signed bytes.
import * as z from 'zod';
import { decodeEnvelope } from '../../domain/attestation/bytes/envelope.ts';
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { utf8Bytes, utf8Text } from '../../domain/attestation/bytes/text-bytes.ts';
import { predicateNameOf } from '../../domain/attestation/predicates/registry.ts';
import { Statement } from '../../domain/attestation/statement.ts';
import { IntegrityError } from '../../domain/errors.ts';
import { Instant } from '../../domain/time.ts';
import type { HistoryEntry } from '../ports/history-index.ts';
import type { LeafRow } from '../ports/ledger-rows.ts';

/** The fields of all predicates that say who and what; a predicate has some of them. */
const Searchable = z.object({
  at: Instant,
  actor: z.object({ pseudonym: z.string().optional() }),
  identityId: z.string().optional(),
  campaignId: z.string().optional(),
  campaigns: z.array(z.string()).optional(),
  controls: z.array(z.string()).optional(),
  reviewer: z.string().optional(),
  person: z.string().optional(),
  owner: z.string().optional(),
  author: z.string().optional(),
  approver: z.string().optional(),
  approvers: z.array(z.string()).optional(),
  requestedBy: z.string().optional(),
  // Of mode-changed these are modes; owner-changed, reassign and delegation name people.
  from: z.union([z.string(), z.number()]).optional(),
  to: z.union([z.string(), z.number()]).optional(),
});
type Searchable = z.infer<typeof Searchable>;

const NAMES_PEOPLE: ReadonlySet<string> = new Set(['decision', 'owner-changed', 'delegation']);

/** The entry of a leaf; undefined for a predicate this release does not know. @throws IntegrityError `CORRUPT_RECORD` */
export function describeLeaf(leaf: LeafRow): HistoryEntry | undefined {
  const { predicateType, predicate } = statementIn(leaf);
  const name = predicateNameOf(predicateType);
  if (name === undefined) return undefined;
  const { index, leafHash } = leaf;
  const found = parse(Searchable, predicate, leaf);
  const { at, identityId, campaignId, campaigns = [], controls = [] } = found;
  const campaignIds = campaignId === undefined ? campaigns : [campaignId, ...campaigns];
  return {
    index,
    leafHash,
    name,
    at,
    identityId,
    campaignIds: unique(campaignIds),
    people: unique(peopleIn(found, NAMES_PEOPLE.has(name))),
    controls: unique(controls),
  };
}

function statementIn(leaf: LeafRow): Statement {
  const { body } = decodeEnvelope(utf8Bytes(leaf.envelope));
  return parse(Statement, parseStrictJson(utf8Text(body)), leaf);
}

function parse<T>(schema: z.ZodType<T>, value: unknown, { index }: LeafRow): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const message = `Leaf ${index} is not a statement: ${z.prettifyError(parsed.error)}`;
  throw new IntegrityError({ code: 'CORRUPT_RECORD', message });
}

function peopleIn(found: Searchable, fromAndToToo: boolean): string[] {
  const { actor, reviewer, person, owner, author, approver, approvers = [], requestedBy, from, to } = found;
  const ends = fromAndToToo ? [from, to].filter((end) => typeof end === 'string') : [];
  const single = [actor.pseudonym, reviewer, person, owner, author, approver, requestedBy];
  return [...single.filter((each) => each !== undefined), ...approvers, ...ends];
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => text !== '');
}
