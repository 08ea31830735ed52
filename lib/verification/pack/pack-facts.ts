// The facts of a pack again, for tables that need everything folded first.
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { factOfRow, type LoggedFact } from '../facts/logged-fact.ts';
import { AttestationIdLine, AttestationLine, PACK_FILES } from './pack-files.ts';
import type { PackSource } from './pack-source.ts';
import { readLines } from './read-bytes.ts';

/** Facts in order, with the ids the pack gives them. Rows that cannot be read are left out: they have been reported. */
export async function* packFacts(source: PackSource): AsyncGenerator<LoggedFact> {
  const ids = source.has(PACK_FILES.ids) ? readLines(source, PACK_FILES.ids) : undefined;
  let id = await nextId(ids);
  for await (const { bytes } of readLines(source, PACK_FILES.attestations)) {
    const row = parseOrNone(bytes, AttestationLine);
    if (row === undefined) continue;
    while (id !== undefined && id.index < row.index) id = await nextId(ids);
    const fact = factOfRow({ ...row, attestationId: id?.index === row.index ? id.attestationId : undefined });
    if (fact !== undefined) yield fact;
  }
  await ids?.return(undefined);
}

async function nextId(
  lines: ReturnType<typeof readLines> | undefined,
): Promise<{ readonly index: number; readonly attestationId: string } | undefined> {
  const line = await lines?.next();
  if (line === undefined || line.done === true) return undefined;
  return parseOrNone(line.value.bytes, AttestationIdLine);
}

function parseOrNone<T>(
  bytes: Uint8Array,
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
): T | undefined {
  try {
    const parsed = schema.safeParse(parseStrictJson(bytes));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}
