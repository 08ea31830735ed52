// The newest inventory an identity was seen in. A file connector reads several systems in one go: its scope lists them.
import type { Identity } from '../domain/identity/identity.ts';
import type { InventoryRecord } from './ports/records.ts';
import type { ReviewStore } from './ports/review-store.ts';

/** The inventory of the identity's connector and scope; undefined when it was never collected. */
export async function inventoryOf(
  store: ReviewStore,
  { connector, scope }: Pick<Identity, 'connector' | 'scope'>,
): Promise<InventoryRecord | undefined> {
  const exact = await store.get('inventory', { connector, scope });
  if (exact) return exact;
  const covering = (await store.inventories()).filter(
    (row) => row.connector === connector && row.scope.split(',').includes(scope),
  );
  return covering.toSorted((a, b) => (a.collectedAt < b.collectedAt ? 1 : -1))[0];
}
