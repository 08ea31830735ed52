// Which secrets a connector's settings name: what it may be given, and what a role is granted.
import type { ConnectorManifest } from '../application/ports/connector.ts';
import { InvalidInputError } from '../domain/errors.ts';

/**
 * Names of the secrets in settings, sorted, each once. Where they stand is said by the manifest: `passwordSecret`,
 * `canaries.*.passwordSecret`. Settings are as they came: what is not there, or not text, names nothing.
 */
export function secretsNamed(manifest: ConnectorManifest, settings: unknown): string[] {
  const found = (manifest.secretSettings ?? []).flatMap((path) => valuesAt(settings, path.split('.')));
  return [...new Set(found)].toSorted();
}

function valuesAt(value: unknown, [key, ...rest]: readonly string[]): string[] {
  if (key === undefined) return typeof value === 'string' ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  const held =
    key === '*' ? Object.values(value) : Object.hasOwn(value, key) ? [Reflect.get(value, key)] : [];
  return held.flatMap((each) => valuesAt(each, rest));
}

/** A reader of those secrets alone: a setting that is no secret's place gets nobody to read it. */
export function secretsFor(
  manifest: ConnectorManifest,
  settings: unknown,
  read: (name: string) => Promise<string>,
): (name: string) => Promise<string> {
  const named = new Set(secretsNamed(manifest, settings));
  return async (name) => {
    if (named.has(name)) return read(name);
    throw new InvalidInputError({
      code: 'BAD_SETTING',
      message: `connector ${manifest.id}: its settings name no secret ${JSON.stringify(name)}`,
    });
  };
}
