// A Backstage catalogue, read from its descriptor files: which entities there are, who owns them and where they lie.
// https://backstage.io/docs/features/software-catalog/descriptor-format
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';
import { type Catalog, type CatalogEntity, entityRef } from './catalog.ts';

/** A descriptor file as it came. */
export interface CatalogText {
  /** What to call the file in messages. */
  readonly file: string;
  readonly text: string;
}

/** Characters of one file that are read at most. */
const MAX_LENGTH = 8 * 1024 * 1024;
const SHOWN = 20;

const OWNED_KINDS = ['component', 'resource', 'api', 'system'];
const KINDS = [...OWNED_KINDS, 'group', 'user'];

const Name = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i, 'a name of 1 to 63 letters, digits, "-", "_" and "."');
const Namespace = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i, 'a namespace of 1 to 63 letters, digits and "-"');

const Descriptor = z.object({ apiVersion: z.string().min(1), kind: z.string().min(1) });
const Metadata = z.object({
  name: Name,
  namespace: Namespace.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const Owned = z.object({
  metadata: Metadata,
  spec: z.object({ owner: z.string() }),
});
const User = z.object({
  metadata: Metadata,
  spec: z.object({ profile: z.object({ email: z.email().optional() }).optional() }).optional(),
});

/** One thing a document says. */
type Found = CatalogEntity | { readonly ref: string; readonly where: string; readonly address?: string };

/**
 * Reads descriptor files. Kinds besides Component, Resource, API, System, Group and User, and kinds of other software
 * (`apiVersion` not `backstage.io/…`), are passed over; locations are not followed.
 * @throws InvalidInputError MALFORMED_FILE naming file, document and path; also when two documents are one entity
 */
export function readCatalog(files: readonly CatalogText[]): Catalog {
  const found = files.flatMap(readFile);
  const byRef = new Map<string, Found>();
  for (const each of found) {
    const other = byRef.get(each.ref);
    if (other) throw malformed([`${each.where}: ${each.ref} is in ${other.where} already`]);
    byRef.set(each.ref, each);
  }
  return {
    entities: found.filter((each) => 'ownerRef' in each),
    addresses: Object.fromEntries(
      found.flatMap((each) => ('address' in each ? [[each.ref, each.address] as const] : [])),
    ),
  };
}

function readFile({ file, text }: CatalogText): Found[] {
  if (text.length > MAX_LENGTH) throw malformed([`${file}: is longer than ${MAX_LENGTH} characters`]);
  const lines = new LineCounter();
  const documents = parse(file, text, lines);
  const problems: string[] = [];
  const found = documents.flatMap((document, index): Found[] => {
    const line = lines.linePos(document.contents?.range?.[0] ?? document.range[0]).line;
    const where = `${file}, document ${index + 1} (line ${line})`;
    const read = readDocument(document, where, lines);
    if ('problems' in read) problems.push(...read.problems.map((problem) => `${where}: ${problem}`));
    return 'problems' in read ? [] : read.found;
  });
  if (problems.length > 0) throw malformed(problems);
  return found;
}

function parse(file: string, text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  try {
    const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false, uniqueKeys: true });
    return 'empty' in documents ? [] : documents;
  } catch (cause) {
    // Brackets nested deep enough end the stack.
    throw malformed([`${file}: ${cause instanceof Error ? cause.message : 'cannot be read'}`], cause);
  }
}

type Read = { readonly found: Found[] } | { readonly problems: readonly string[] };

function readDocument(document: Document.Parsed, where: string, lines: LineCounter): Read {
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`),
    };
  }
  let content: unknown;
  try {
    // Aliases can make a small text enormous ("billion laughs"); a descriptor needs few.
    content = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    return { problems: [cause instanceof Error ? cause.message : 'cannot be read'] };
  }
  return content === null || content === undefined ? { found: [] } : readEntity(content, where);
}

function readEntity(content: unknown, where: string): Read {
  const descriptor = Descriptor.safeParse(content);
  if (!descriptor.success) return { problems: problemsOf(descriptor.error) };
  const kind = descriptor.data.kind.toLowerCase();
  const isOurs = descriptor.data.apiVersion.startsWith('backstage.io/') && KINDS.includes(kind);
  if (!isOurs) return { found: [] };
  if (!OWNED_KINDS.includes(kind)) {
    const user = User.safeParse(content);
    if (!user.success) return { problems: problemsOf(user.error) };
    const { metadata, spec } = user.data;
    const address = kind === 'user' ? spec?.profile?.email : undefined;
    return { found: [{ ref: refOf(kind, metadata), where, ...(address === undefined ? {} : { address }) }] };
  }
  const owned = Owned.safeParse(content);
  if (!owned.success) return { problems: problemsOf(owned.error) };
  const { metadata, spec } = owned.data;
  const namespace = metadata.namespace ?? 'default';
  const ownerRef = entityRef(spec.owner, { kind: 'group', namespace });
  const { annotations = {} } = metadata;
  return ownerRef === undefined
    ? { problems: ['spec.owner: expected a reference such as group:default/payments'] }
    : { found: [{ ref: refOf(kind, metadata), ownerRef, annotations, where }] };
}

function refOf(kind: string, { name, namespace = 'default' }: z.infer<typeof Metadata>): string {
  return `${kind}:${namespace}/${name}`.toLowerCase();
}

function problemsOf({ issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => `${path.join('.') || '(top)'}: ${message}`);
}

function malformed(problems: readonly string[], cause?: unknown): InvalidInputError {
  const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : '';
  const message = `${problems.slice(0, SHOWN).join('; ')}${more}`;
  return new InvalidInputError({ code: 'MALFORMED_FILE', message, cause });
}
