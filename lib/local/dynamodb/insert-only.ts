// What the resource policy of the ledger's table says: rows are inserted by PartiQL, and nothing else changes them.
import { ACCOUNT, REGION } from './engine-store.ts';
import { coralFault } from './fault.ts';
import type { WriteContext } from './item-write.ts';

/** IAM actions the policy denies to everyone. */
export type DeniedAction =
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'
  | 'PartiQLUpdate'
  | 'PartiQLDelete'
  | 'UpdateTimeToLive'
  | 'DeleteTable';

/** @throws ServiceFault AccessDeniedException when the table is insert-only */
export function refuseOnInsertOnly({ insertOnly }: WriteContext, action: DeniedAction, table: string): void {
  if (!insertOnly.has(table)) return;
  throw coralFault(
    'AccessDeniedException',
    `User: arn:aws:iam::${ACCOUNT}:user/local is not authorized to perform: dynamodb:${action} on resource: ` +
      `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table} with an explicit deny in a resource-based policy`,
  );
}
