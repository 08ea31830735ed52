// Functions that a function calls.
import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { createHistoryIndex } from '../adapters/dynamodb/ledger-history-index.ts';
import { createInvoker, type Invoker } from '../adapters/lambda/invoke.ts';
import type { CountAttestations } from '../application/close-campaign.ts';
import { campaignRoot } from '../application/ledger/campaign-root.ts';
import type { FunctionName } from '../functions.ts';
import { LONG_CALLS } from './aws.ts';
import { dynamoDb } from './dynamodb.ts';
import { notGiven } from './refuse.ts';
import type { Base } from './start.ts';

let invoker: Invoker | undefined;

/** Invokes functions. */
export function openInvoker(): Invoker {
  invoker ??= createInvoker({ client: new LambdaClient(LONG_CALLS) });
  return invoker;
}

/** The deployed name of a function this one calls. @throws IntegrityError when lib/functions.ts does not let it */
export function calledName(
  { name, settings }: Pick<Base, 'name' | 'settings'>,
  called: FunctionName,
): string {
  const deployed = settings.functions[called];
  if (deployed === undefined) throw notGiven(name, `the function "${called}"`);
  return deployed;
}

const Sealed = z.object({ size: z.int().nonnegative() });

/** Has the ledger sealed by the one function that may. Resolves to the log's size then. */
export function sealNow(base: Base): () => Promise<{ readonly size: number }> {
  return () => openInvoker().call(calledName(base, 'seal-ledger'), {}, Sealed);
}

/** Has the ledger sealed, then counts a campaign's attestations in its index. */
export function countBySealing(base: Base): CountAttestations {
  const seal = sealNow(base);
  const rootOf = campaignRoot({
    history: createHistoryIndex({ client: dynamoDb(), table: base.settings.reviewsTable }),
  });
  return async (campaignId) => rootOf(campaignId, (await seal()).size);
}
