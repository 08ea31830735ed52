// Considers every identity of the frozen inventories again and compares with the frozen population and its snapshots.
import { type Considered, considerWith, type Past } from '../application/consider-identity.ts';
import type { Expressions } from '../application/ports/expressions.ts';
import { sha256Hex } from '../domain/attestation/bytes/sha256.ts';
import { PopulationEntry } from '../domain/campaign/population.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { Identity } from '../domain/identity/identity.ts';
import { type Directory, directoryOf } from '../domain/review/directory.ts';
import { Person } from '../domain/review/person.ts';
import { Snapshot } from '../domain/review/snapshot.ts';
import { earliest, type Instant } from '../domain/time.ts';
import type { FactOf } from '../verification/facts/logged-fact.ts';
import { filesByDigest } from '../verification/pack/pack-files.ts';
import type { PackSource } from '../verification/pack/pack-source.ts';
import { readLines, readWhole } from '../verification/pack/read-bytes.ts';
import { compareSnapshot, type Pseudonyms } from './compare-snapshot.ts';
import type { DifferenceBook } from './difference.ts';
import type { PastBook } from './past-book.ts';
import { type CampaignInputs, isAttestedFile, jsonOrNone } from './read-inputs.ts';

/** What doing a population again takes. */
export interface PopulationWork {
  readonly source: PackSource;
  readonly opened: FactOf<'campaign-opened'>;
  readonly inputs: CampaignInputs;
  readonly book: DifferenceBook;
  /** Facts before this campaign; undefined when the pack does not hold the whole log. */
  readonly past: PastBook | undefined;
  /** Inventories that are selections: why each identity of them was chosen is an input, taken from the population. */
  readonly selections: ReadonlySet<string>;
  /** Compiles scope expressions as of a moment. */
  readonly expressionsAt: (now: Instant) => Expressions;
}

interface Bench extends PopulationWork {
  readonly entries: ReadonlyMap<string, PopulationEntry>;
  readonly consider: ReturnType<typeof considerWith>;
  readonly pseudonyms: Pseudonyms;
  readonly toFallback: Set<string>;
}

/** What came of it. */
export interface ReperformedPopulation {
  /** Identities considered again. */
  readonly identities: number;
  /** Snapshots that came out byte for byte. */
  readonly snapshots: number;
  /** The recorded population, by identity. */
  readonly entries: ReadonlyMap<string, PopulationEntry>;
  /** Identities whose snapshot says that nobody else could be asked. */
  readonly toFallback: ReadonlySet<string>;
}

/** When there was nothing to begin with. */
export function emptyPopulation(): ReperformedPopulation {
  return { identities: 0, snapshots: 0, entries: new Map(), toFallback: new Set() };
}

/** Does it. */
export async function reperformPopulation(work: PopulationWork): Promise<ReperformedPopulation> {
  const { source, opened, inputs, book } = work;
  const file = filesByDigest.population(opened.subject.sha256);
  if (!(await isAttestedFile(source, file, opened.subject.sha256, book))) return emptyPopulation();
  const entries = await readPopulation(source, file, book);
  const { campaign, definition } = inputs;
  const consider = considerWith({
    campaign,
    definition,
    directory: inputs.directory ?? onlyFallback(definition.reviewers.fallback),
    expressions: work.expressionsAt(campaign.startedAt),
    pseudonym: () => '',
    chosen: work.selections.has(campaign.inventories[0] ?? '') ? reasonsIn(entries, book) : undefined,
  });
  const pseudonyms = { ofPerson: new Map(), behind: new Map() };
  const bench: Bench = { ...work, entries, consider, pseudonyms, toFallback: new Set() };
  const seen = new Set<string>();
  let snapshots = 0;
  for (const inventory of campaign.inventories) {
    const name = filesByDigest.inventory(inventory);
    if (!(await isAttestedFile(source, name, inventory, book))) continue;
    for await (const { number, bytes } of readLines(source, name)) {
      const identity = readIdentity(bytes);
      if (identity === undefined) {
        book.differ(undefined, `line ${number} of ${name}`, 'an identity', 'a line that is none');
        continue;
      }
      seen.add(identity.identityId);
      if (await compare(bench, identity, inventory)) snapshots += 1;
    }
  }
  for (const { identityId } of entries.values()) {
    if (!seen.has(identityId)) book.differ(identityId, 'population', 'in no inventory', 'considered');
  }
  return { identities: seen.size, snapshots, entries, toFallback: bench.toFallback };
}

/** Why each was chosen, as the population says. */
function reasonsIn(
  entries: ReadonlyMap<string, PopulationEntry>,
  book: DifferenceBook,
): ReadonlyMap<string, string> {
  book.skip(
    'The campaign asks about identities that something happened to: what happened to each was taken from the population.',
  );
  const included = [...entries.values()].filter((entry) => entry.included);
  return new Map(included.map(({ identityId, reason }) => [identityId, reason]));
}

async function readPopulation(
  source: PackSource,
  file: string,
  book: DifferenceBook,
): Promise<Map<string, PopulationEntry>> {
  const entries = new Map<string, PopulationEntry>();
  for await (const { number, bytes } of readLines(source, file)) {
    const parsed = PopulationEntry.safeParse(jsonOrNone(bytes));
    if (parsed.success) entries.set(parsed.data.identityId, parsed.data);
    else book.differ(undefined, `line ${number} of ${file}`, 'an entry', 'a line that is none');
  }
  return entries;
}

/** The identity as its line has it, keys in their order, so that a snapshot of it can come out byte for byte. */
function readIdentity(bytes: Uint8Array): Identity | undefined {
  const value = jsonOrNone(bytes);
  return Identity.safeParse(value).success ? (value as Identity) : undefined;
}

/** Compares one identity; true when its snapshot came out byte for byte. */
async function compare(bench: Bench, identity: Identity, inventory: string): Promise<boolean> {
  const { book, entries } = bench;
  const { identityId } = identity;
  const entry = entries.get(identityId);
  if (entry === undefined) {
    book.differ(identityId, 'population', 'considered', 'missing');
    return false;
  }
  if (bench.past === undefined && !entry.included && entry.code === 'not-due') {
    book.skip('The pack does not hold the whole log: that identities were not due was not worked out again.');
    return false;
  }
  const recorded = entry.included ? await recordedSnapshot(bench, entry) : undefined;
  const past = await pastFor(bench, identity, recorded);
  const result = considerOrRefuse(bench, identity, inventory, past);
  if (result === undefined) return false;
  if (result.included !== entry.included) {
    const out = (each: PopulationEntry) => (each.included ? 'included' : `${each.code}: ${each.reason}`);
    book.differ(identityId, 'inclusion', result.included ? 'included' : out(result.entry), out(entry));
    return false;
  }
  if (!result.included) {
    compareFields(bench, identityId, result.entry, entry, ['code', 'reason', 'kind', 'name', 'connector']);
    return false;
  }
  const finished = result.finish(entry.included ? entry.snapshot : '');
  const fields = ['tier', 'risk', 'reason', 'kind', 'name', 'connector', 'identityKey'];
  compareFields(
    bench,
    identityId,
    finished.entry,
    entry,
    bench.inputs.directory ? [...fields, 'reviewerId'] : fields,
  );
  if (recorded === undefined || !entry.included) return false;
  const routed = bench.inputs.directory !== undefined;
  return compareSnapshot(book, {
    made: result.snapshot,
    recorded,
    entry,
    routed,
    pseudonyms: bench.pseudonyms,
  });
}

function considerOrRefuse(
  { consider, book }: Bench,
  identity: Identity,
  inventory: string,
  past: Past,
): Considered | undefined {
  try {
    return consider(identity, inventory, past);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    book.differ(identity.identityId, 'reviewer', error.message, 'somebody was asked');
    return undefined;
  }
}

function compareFields(
  { book }: Bench,
  identityId: string,
  recomputed: object,
  recorded: object,
  fields: readonly string[],
): void {
  for (const field of fields) {
    const [a, b] = [Reflect.get(recomputed, field), Reflect.get(recorded, field)] as unknown[];
    if (a !== b) book.differ(identityId, field === 'reviewerId' ? 'reviewer' : field, a, b);
  }
}

async function recordedSnapshot(
  { source, book, toFallback }: Bench,
  entry: Extract<PopulationEntry, { included: true }>,
): Promise<Snapshot | undefined> {
  const name = filesByDigest.snapshot(entry.snapshot);
  if (!source.has(name)) {
    book.skip('Some snapshots are not in the pack: what they showed was not worked out again.');
    return undefined;
  }
  const bytes = await readWhole(source, name);
  const found = sha256Hex(bytes);
  if (found !== entry.snapshot)
    book.differ(entry.identityId, 'digest of the snapshot', found, entry.snapshot);
  const parsed = Snapshot.safeParse(jsonOrNone(bytes));
  if (parsed.success && parsed.data.reviewer.routedBy === 'fallback') toFallback.add(entry.identityId);
  if (parsed.success) return parsed.data;
  book.differ(entry.identityId, 'snapshot', 'a snapshot', 'a file that is none');
  return undefined;
}

/** From the log where all of it is here; otherwise as the snapshot says, and that is said. */
async function pastFor(bench: Bench, identity: Identity, recorded: Snapshot | undefined): Promise<Past> {
  const { campaign } = bench.inputs;
  const { startedAt } = campaign;
  const known = bench.past?.pastOf(identity, startedAt);
  if (known === undefined) {
    bench.book.skip(
      'The pack does not hold the whole log: standing before the campaign was taken from the snapshots.',
    );
  }
  const since = identity.createdAt.known ? earliest(identity.createdAt.value, startedAt) : startedAt;
  const standing = known?.standing ??
    recorded?.standing ?? { standing: 'unattested', since, why: 'never reviewed' };
  const answered = known ? await newestOf(bench, known.answered) : recorded?.comparedWith;
  return { standing, last: answered === undefined ? undefined : await lastSeen(bench, answered) };
}

/** The digest of the snapshot taken last. */
async function newestOf(bench: Bench, digests: readonly string[]): Promise<string | undefined> {
  const seen = await Promise.all(
    digests.map(async (digest) => ({ digest, at: (await readSnapshot(bench, digest))?.takenAt ?? '' })),
  );
  return seen.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0]?.digest;
}

async function lastSeen(bench: Bench, digest: string): Promise<Past['last']> {
  const snapshot = await readSnapshot(bench, digest);
  if (snapshot) return { digest, identity: snapshot.identity };
  bench.book.skip(
    'Snapshots of earlier campaigns are not in the pack: what changed since was not worked out again.',
  );
  return undefined;
}

async function readSnapshot({ source }: Bench, digest: string): Promise<Snapshot | undefined> {
  const name = filesByDigest.snapshot(digest);
  if (!source.has(name)) return undefined;
  const value = jsonOrNone(await readWhole(source, name));
  return Snapshot.safeParse(value).success ? (value as Snapshot) : undefined;
}

/** Where the directory was erased: everything else can still be worked out, so routing must find somebody. */
function onlyFallback(fallback: string): Directory {
  const person = Person.parse({
    personId: 'nobody',
    name: 'nobody',
    email: 'nobody@directory.invalid',
    timeZone: 'UTC',
    active: true,
  });
  return directoryOf([{ ...person, personId: fallback }], []);
}
