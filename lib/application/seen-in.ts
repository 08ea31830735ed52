// Whether an inventory saw an identity at all. The register keeps what was seen before, so it cannot tell.
import type { IdentityId } from '../domain/identity/identity-id.ts';
import type { Blobs } from './ports/blobs.ts';

/** Ids of the inventory asked about last: a docket's items are mostly of one. */
const lastRead = new WeakMap<Blobs, { readonly inventory: string; readonly ids: ReadonlySet<string> }>();

/** True when the inventory (digest of its JSON Lines) has the identity. Reads the file once, however often it is asked. */
export async function isSeenIn(blobs: Blobs, inventory: string, identityId: IdentityId): Promise<boolean> {
  const read = lastRead.get(blobs);
  if (read?.inventory === inventory) return read.ids.has(identityId);
  const ids = new Set<string>();
  for await (const line of blobs.lines(inventory)) {
    const { identityId: id } = JSON.parse(line) as { identityId: string };
    ids.add(id);
  }
  lastRead.set(blobs, { inventory, ids });
  return ids.has(identityId);
}
