// A witness's memory in a DynamoDB table of its own, in the witness's account. Heads are added by PartiQL INSERT, so
// the same policy fits as on the ledger's table.
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { SeenHead, WitnessStore } from '../../application/ports/witness.ts';
import { IntegrityError } from '../../domain/errors.ts';
import { Instant } from '../../domain/time.ts';
import { paddedNumber } from '../records/ledger-row-keys.ts';
import { clocklessAccess, type OpenTable } from './ledger-access.ts';
import { insertLedgerRows } from './ledger-insert.ts';
import { keyAttributes } from './row-codec.ts';
import { queryRows } from './table-access.ts';
import { ledgerTableDefinition } from './tables.ts';

const StoredHead = z.strictObject({
  origin: z.string(),
  sequence: z.int().positive(),
  size: z.int().nonnegative(),
  root: z.string().regex(/^[0-9a-f]{64}$/),
  note: z.string(),
  seenAt: Instant,
});

/** The witness's table: shaped and protected as the ledger's. */
export function witnessTableDefinition(name: string): CreateTableCommandInput {
  return ledgerTableDefinition(name);
}

/** Opens the store. Every method throws UpstreamError (provider `dynamodb`) when the service fails. */
export function createWitnessStore(options: OpenTable): WitnessStore {
  const access = clocklessAccess(options);
  const last = async (origin: string): Promise<SeenHead | undefined> => {
    const [row] = await queryRows(access, { pk: `HEAD#${origin}`, descending: true }, 1);
    if (row === undefined) return undefined;
    const parsed = StoredHead.safeParse(JSON.parse(row['r']?.S ?? 'null'));
    if (parsed.success) return parsed.data;
    const message = `The witness's newest head of ${origin} cannot be read.`;
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message, cause: parsed.error });
  };
  return {
    last,
    add: async (head) => {
      const { origin, sequence } = head;
      if (((await last(origin))?.sequence ?? 0) + 1 !== sequence) return false;
      const address = { pk: `HEAD#${origin}`, sk: paddedNumber(sequence) };
      const taken = await insertLedgerRows(access, [
        { ...keyAttributes(address), r: { S: JSON.stringify(StoredHead.parse(head)) } },
      ]);
      return taken.length === 0;
    },
  };
}
