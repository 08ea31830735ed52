// Who is too close to an identity to certify it: who created it, granted its privileges or can read its secret.
import { valueOf } from '../identity/fact.ts';
import type { Identity, OwnerHint } from '../identity/identity.ts';
import type { Directory } from './directory.ts';
import { resolveOwner } from './resolve-owner.ts';

/** People, as found at the source, who granted privileges in the period or can read the secret. */
export interface ClosePeople {
  readonly grantors?: readonly string[];
  readonly secretReaders?: readonly string[];
}

/** Everyone named as the identity's creator, as claims; the recorded creator counts even when no hint names it. */
export function creatorHints(identity: Identity): readonly OwnerHint[] {
  const hints = identity.ownerHints.filter(({ role, source }) => role === 'creator' || source === 'creator');
  const recorded = valueOf(identity.createdBy);
  if (recorded === undefined || recorded === '' || hints.some(({ value }) => value === recorded))
    return hints;
  return [...hints, { role: 'creator', value: recorded, source: 'creator', detail: 'recorded creator' }];
}

/** Why the person is too close to certify; undefined when nothing is known against it. */
export function closenessOf(
  personId: string,
  identity: Identity,
  directory: Directory,
  close: ClosePeople = {},
): string | undefined {
  const named = (values: readonly string[]) =>
    values.some((value) => {
      const resolved = resolveOwner(value, directory);
      return resolved?.kind === 'person' && resolved.person.personId === personId;
    });
  if (named(creatorHints(identity).map(({ value }) => value))) return 'created it';
  if (named(close.grantors ?? [])) return 'granted its privileges in the period';
  return named(close.secretReaders ?? []) ? 'can read its secret' : undefined;
}
