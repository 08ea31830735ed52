// Who vouched for what, when, on what evidence, and what happened after: history from the index, told from the signed bytes.
import type { PredicateName } from '../../domain/attestation/predicates/registry.ts';
import { IntegrityError } from '../../domain/errors.ts';
import type { AuthenticationMethod } from '../../domain/review/decision.ts';
import type { Instant } from '../../domain/time.ts';
import type { Environment } from '../environment.ts';
import { mapConcurrently } from '../in-batches.ts';
import { type HistoryQuestion, readHistory } from '../ledger/read-history.ts';
import { readLeaves } from '../ledger/read-ledger.ts';
import type { HistoryEntry, HistoryIndex } from '../ports/history-index.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { Page, PageRequest } from '../ports/review-store.ts';
import { factInWords, type NameOf } from './fact-in-words.ts';
import { factInLeaf } from './leaf-fact.ts';

/** One thing that happened. */
export interface HistoryLine {
  /** Index in the log. */
  readonly index: number;
  readonly attestationId: string;
  readonly leafHash: string;
  readonly at: Instant;
  readonly kind: PredicateName;
  /** One sentence; may hold text from outside. */
  readonly what: string;
  readonly by: {
    /** Name where the directory still knows the person, else the start of the pseudonym; `system`. */
    readonly name: string;
    readonly pseudonym?: string | undefined;
    /** How the person was known. */
    readonly method?: AuthenticationMethod | undefined;
    /** Why they might act. */
    readonly eligibility?: string | undefined;
  };
  readonly identityId: string | undefined;
  readonly campaignIds: readonly string[];
  /** The file the statement is about: for decisions the snapshot that was shown. */
  readonly evidence: { readonly name: string; readonly sha256: string };
}

/** What telling needs. */
export interface TellHistoryDeps {
  readonly environment: Pick<Environment, 'people' | 'attestor'>;
  readonly ledger: LedgerStore;
  readonly history: HistoryIndex;
}

const READS_AT_ONCE = 8;

/** Makes the query. A page is as many key look-ups as it has lines; nothing is scanned. */
export function tellHistory(deps: TellHistoryDeps) {
  const ask = readHistory(deps);
  return async (question: HistoryQuestion, page?: PageRequest): Promise<Page<HistoryLine>> => {
    const found = await ask(question, page);
    const name = await namer(deps.environment);
    const entries = await mapConcurrently(found.entries, READS_AT_ONCE, (entry) =>
      lineOf(deps.ledger, entry, name),
    );
    return { entries, next: found.next };
  };
}

/** Names for the pseudonyms of everybody the directory knows. */
async function namer({ people, attestor }: TellHistoryDeps['environment']): Promise<NameOf> {
  const everyone = (await people.directory()).everyone();
  const names = new Map(everyone.map(({ personId, name }) => [attestor.pseudonym(personId), name]));
  return (pseudonym) => names.get(pseudonym) ?? `person ${pseudonym.slice(0, 12)}…`;
}

async function lineOf(ledger: LedgerStore, entry: HistoryEntry, name: NameOf): Promise<HistoryLine> {
  const [leaf] = await readLeaves(ledger, entry.index, entry.index + 1);
  const fact = leaf && factInLeaf(leaf);
  if (!leaf || leaf.leafHash !== entry.leafHash || fact?.name !== entry.name) {
    const message = `The history index says something else of leaf ${entry.index} than the log; rebuild the index.`;
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message });
  }
  const { actor } = fact.predicate;
  return {
    index: entry.index,
    attestationId: leaf.attestationId,
    leafHash: leaf.leafHash,
    at: entry.at,
    kind: entry.name,
    what: factInWords(fact, name),
    by:
      actor.kind === 'system'
        ? { name: 'system' }
        : {
            name: name(actor.pseudonym),
            pseudonym: actor.pseudonym,
            method: actor.authn.method,
            eligibility: actor.eligibility,
          },
    identityId: entry.identityId,
    campaignIds: entry.campaignIds,
    evidence: fact.subject,
  };
}
