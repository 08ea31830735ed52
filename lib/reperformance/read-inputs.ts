// The inputs a campaign was made from, as a pack carries them. Everything is compared with the digest that was attested.
import * as z from 'zod';
import { sha256Hex } from '../domain/attestation/bytes/sha256.ts';
import { parseStrictJson } from '../domain/attestation/bytes/strict-json.ts';
import type { Campaign } from '../domain/campaign/campaign.ts';
import { CampaignId } from '../domain/campaign/campaign.ts';
import { Definition } from '../domain/campaign/definition.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { type Directory, directoryOf } from '../domain/review/directory.ts';
import { Person, Team } from '../domain/review/person.ts';
import type { FactOf } from '../verification/facts/logged-fact.ts';
import { filesByDigest } from '../verification/pack/pack-files.ts';
import type { PackSource } from '../verification/pack/pack-source.ts';
import { digestOfFile, readWhole } from '../verification/pack/read-bytes.ts';
import type { DifferenceBook } from './difference.ts';

/** What considering identities again takes. */
export interface CampaignInputs {
  readonly campaign: Campaign;
  readonly definition: Definition;
  /** Undefined when the pack has none: it names people, and may have been erased. */
  readonly directory: Directory | undefined;
}

const FrozenDirectory = z.strictObject({ people: z.array(Person), teams: z.array(Team) });
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;

/** Reads them; undefined, with the reason in the book, when there is not enough to begin with. */
export async function readInputs(
  source: PackSource,
  opened: FactOf<'campaign-opened'>,
  book: DifferenceBook,
): Promise<CampaignInputs | undefined> {
  const { predicate } = opened;
  const definition = await readDefinition(source, predicate.definitionDigest, book);
  const id = CampaignId.safeParse(predicate.campaignId);
  if (definition === undefined || !id.success) return undefined;
  if (predicate.startedAt === undefined) {
    book.skip('The opening does not say as of when it worked out risk: the time it was attested is taken.');
  }
  return {
    definition,
    directory: await readDirectory(source, predicate.directoryDigest, book),
    campaign: {
      schemaVersion: 1,
      version: 1,
      campaignId: id.data,
      definitionId: definition.definitionId,
      definitionVersion: definition.version,
      definitionDigest: predicate.definitionDigest,
      title: predicate.title,
      state: 'opening',
      startedAt: predicate.startedAt ?? opened.at,
      dueAt: predicate.dueAt,
      graceEndsAt: predicate.graceEndsAt,
      closeBy: predicate.closeBy,
      inventories: predicate.inventories,
      directoryDigest: predicate.directoryDigest ?? '',
      launchedBy: '',
      findings: [],
    },
  };
}

async function readDefinition(
  source: PackSource,
  digest: string,
  book: DifferenceBook,
): Promise<Definition | undefined> {
  const value = await readJson(source, filesByDigest.definition(digest), digest, book);
  if (value === undefined) {
    book.skip('The definition is not in the pack: nothing about the population was done again.');
    return undefined;
  }
  const parsed = Definition.safeParse(value);
  if (parsed.success) return parsed.data;
  book.differ(undefined, 'definition', 'a definition', 'a file that is none');
  return undefined;
}

async function readDirectory(
  source: PackSource,
  digest: string | undefined,
  book: DifferenceBook,
): Promise<Directory | undefined> {
  const value =
    digest && (await readJson(source, filesByDigest.directory(digest), digest, book, MAX_DIRECTORY_BYTES));
  if (value === undefined || digest === undefined) {
    book.skip(
      'Not reperformable: the directory is not in the pack (erased, or not kept). Owners and reviewers were not worked out again.',
    );
    return undefined;
  }
  const parsed = FrozenDirectory.safeParse(value);
  if (parsed.success) return directoryOf(parsed.data.people, parsed.data.teams);
  book.differ(undefined, 'directory', 'people and teams', 'a file that holds neither');
  return undefined;
}

async function readJson(
  source: PackSource,
  name: string,
  digest: string,
  book: DifferenceBook,
  limit?: number,
): Promise<unknown> {
  if (!source.has(name)) return undefined;
  const bytes = await readWhole(source, name, limit);
  const found = sha256Hex(bytes);
  if (found !== digest) book.differ(undefined, `digest of ${name}`, found, digest);
  const value = jsonOrNone(bytes);
  if (value === undefined) book.differ(undefined, name, 'JSON that reads one way', 'a file that is not');
  return value;
}

/** Whether a file of lines is there and is the attested one; says so in the book when it is not. */
export async function isAttestedFile(
  source: PackSource,
  name: string,
  digest: string,
  book: DifferenceBook,
): Promise<boolean> {
  if (!source.has(name)) {
    book.skip(`${name} is not in the pack.`);
    return false;
  }
  const found = await digestOfFile(source, name);
  if (found !== digest) book.differ(undefined, `digest of ${name}`, found, digest);
  return true;
}

/** JSON that reads one way, keys in their order; undefined when it is none. */
export function jsonOrNone(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes, { integersOnly: false });
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}
