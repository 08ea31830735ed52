// From what a person calls an identity to the identity: its id, its key, or its name where only one has it.
import { InvalidInputError, RefusedError } from '../domain/errors.ts';
import { Identity } from '../domain/identity/identity.ts';
import { IdentityId, IdentityKey, identityKeyOf } from '../domain/identity/identity-id.ts';
import type { Environment } from './environment.ts';
import type { IdentityRecord } from './ports/records.ts';

/** Every identity of the newest inventories, read from their files. */
export async function* currentIdentities({
  store,
  blobs,
}: Pick<Environment, 'store' | 'blobs'>): AsyncIterable<Identity> {
  for (const { inventory } of await store.inventories()) {
    for await (const line of blobs.lines(inventory)) yield Identity.parse(JSON.parse(line));
  }
}

/**
 * The register's row of one identity, by id, key or unique name.
 * @throws RefusedError NOT_FOUND; InvalidInputError BAD_ARGUMENT when several have that name
 */
export async function findIdentity(environment: Environment, called: string): Promise<IdentityRecord> {
  const { store } = environment;
  const key = keyIn(called);
  const direct = key && (await store.get('identity', { identityKey: key }));
  if (direct) return direct;
  const named: Identity[] = [];
  for await (const identity of currentIdentities(environment)) {
    if (identity.name === called || identity.nativeId === called) named.push(identity);
  }
  const [only, ...others] = named;
  if (others.length > 0) {
    throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: severalText(called, named) });
  }
  const found = only && (await store.get('identity', { identityKey: identityKeyOf(only.identityId) }));
  if (found) return found;
  throw new RefusedError({ code: 'NOT_FOUND', message: `There is no identity "${called}" in the register.` });
}

/** The sentence that asks which of several is meant. */
export function severalText(
  called: string,
  candidates: readonly { readonly identityId: IdentityId }[],
): string {
  const ids = candidates.slice(0, 5).map(({ identityId }) => identityId);
  const more = candidates.length > ids.length ? ` and ${candidates.length - ids.length} more` : '';
  return `"${called}" names ${candidates.length} identities; say which: ${ids.join(', ')}${more}.`;
}

/** The key in an identity id or key; undefined when the text is neither. */
export function keyIn(text: string): IdentityKey | undefined {
  const key = IdentityKey.safeParse(text);
  if (key.success) return key.data;
  const id = IdentityId.safeParse(text);
  return id.success ? identityKeyOf(id.data) : undefined;
}
