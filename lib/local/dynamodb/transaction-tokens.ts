// ClientRequestToken: the same request sent again within ten minutes does nothing again and succeeds.
// The token is committed with the transaction, so this holds across a crash as well.
import { createHash } from 'node:crypto';
import { modelFault } from './fault.ts';
import type { KeyValueStore, Operation } from './key-value-store.ts';
import { keysUnder } from './key-value-store.ts';
import { prefixes } from './row-keys.ts';

/** How long a token is remembered. */
export const TOKEN_LIFE_MS = 600_000;

interface TokenRow {
  readonly fingerprint: string;
  readonly usedAtMs: number;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** One request's claim on its token. */
export interface TokenClaim {
  /**
   * Whether this very request is done already.
   * @throws ServiceFault IdempotentParameterMismatchException when the token was used for something else
   */
  isDone(): boolean;
  /** What to commit along with the transaction: its token, and the removal of tokens too old to matter. */
  remember(): readonly Operation[];
  /** Gives the token back after the transaction failed, if this claim had taken it. */
  release(): void;
}

/** The tokens of committed transactions. */
export interface TransactionTokens {
  claim(token: string, fingerprint: string): TokenClaim;
}

/** What tells two requests apart. Take it before anything parses, and so rewrites, the request. */
export function fingerprintOf(body: unknown): string {
  return digestOf(JSON.stringify(body) ?? '');
}

/** Reads the tokens still remembered. `nowMs` is the wall clock: callers retry in real time, not in review time. */
export async function openTransactionTokens(
  store: KeyValueStore,
  nowMs: () => number,
): Promise<TransactionTokens> {
  const rows = new Map<string, TokenRow>();
  await store.walk(keysUnder(prefixes.token), (key, row) => rows.set(key, row as TokenRow).size > 0);

  /** Tokens lie in the map in the order they were used, except those read at opening; those go when they are due. */
  function forget(): readonly Operation[] {
    const operations: Operation[] = [];
    for (const [key, { usedAtMs }] of rows) {
      if (usedAtMs > nowMs() - TOKEN_LIFE_MS) break;
      rows.delete(key);
      operations.push({ type: 'del', key });
    }
    return operations;
  }

  return {
    claim: (token, fingerprint) => {
      const key = prefixes.token + digestOf(token);
      let taken: TokenRow | undefined;
      return {
        isDone: () => {
          const row = rows.get(key);
          if (row === undefined || row.usedAtMs <= nowMs() - TOKEN_LIFE_MS) return false;
          if (row.fingerprint === fingerprint) return true;
          throw modelFault(
            'IdempotentParameterMismatchException',
            'The request uses the same client token as a previous, but non-identical request.',
          );
        },
        remember: () => {
          const forgotten = forget();
          taken = { fingerprint, usedAtMs: nowMs() };
          rows.delete(key);
          rows.set(key, taken);
          return [...forgotten, { type: 'put', key, value: taken }];
        },
        release: () => {
          if (taken !== undefined && rows.get(key) === taken) rows.delete(key);
        },
      };
    },
  };
}
