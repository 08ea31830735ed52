// A history by its root alone: whoever holds a head that the log signed needs no signature per row to know that these
// very envelopes are what the log had when it signed it. Who signed each row is another question, which this leaves open.
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { PREDICATES, predicateNameOf } from '../../domain/attestation/predicates/registry.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { readStatement } from '../facts/logged-fact.ts';
import { logTree } from './log-tree.ts';

/** What is wrong with a history; nothing when it is right. */
export interface HistoryVerdict {
  readonly rows: number;
  readonly problems: readonly string[];
}

/**
 * Checks that the envelopes give the root.
 * @param read also read each statement: one way to read it, a known type, its schema
 */
export function verifyHistory(
  envelopes: Iterable<string>,
  expected: { readonly root: string },
  { read = false } = {},
): HistoryVerdict {
  const tree = logTree();
  const problems: string[] = [];
  for (const envelope of envelopes) {
    tree.addEnvelope(envelope);
    if (!read) continue;
    const problem = problemWith(envelope);
    if (problem !== undefined && problems.length < 100) problems.push(`Row ${tree.size - 1} ${problem}.`);
  }
  if (tree.root() !== expected.root) problems.push('The rows do not give the root.');
  return { rows: tree.size, problems };
}

const START = '{"payload":"';
const MIDDLE = '","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"';

function problemWith(envelope: string): string | undefined {
  const end = envelope.indexOf('"', START.length);
  if (!envelope.startsWith(START) || !envelope.startsWith(MIDDLE, end)) return 'is no envelope';
  const payload = envelope.slice(START.length, end);
  const body = Buffer.from(payload, 'base64');
  if (body.toString('base64') !== payload) return 'has a payload that is not canonical base64';
  try {
    const statement = readStatement(parseStrictJson(body));
    if (typeof statement === 'string') return statement;
    const name = predicateNameOf(statement.predicateType);
    if (name === undefined) return 'has an unknown predicate type';
    return PREDICATES[name].safeParse(statement.predicate).success ? undefined : `does not fit ${name}`;
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
}
