// A Backstage catalogue as far as owners go. It is kept so: functions need no YAML to use it.
import * as z from 'zod';

/** A component, resource, API or system with its owner. */
export const CatalogEntity = z.strictObject({
  /** `component:default/billing`, in lower case. */
  ref: z.string(),
  /** Reference of the owner, complete and in lower case: `group:default/payments`. */
  ownerRef: z.string(),
  annotations: z.record(z.string(), z.string()),
  /** File and document, for people. */
  where: z.string(),
});
export type CatalogEntity = z.infer<typeof CatalogEntity>;

/** What descriptor files say together. */
export const Catalog = z.strictObject({
  entities: z.array(CatalogEntity),
  /** E-mail addresses of users, by reference. */
  addresses: z.record(z.string(), z.string()),
});
export type Catalog = z.infer<typeof Catalog>;

// https://backstage.io/docs/features/software-catalog/references: [<kind>:][<namespace>/]<name>
const REFERENCE =
  /^(?:([a-z][a-z0-9]*):)?(?:([a-z0-9][a-z0-9-]{0,62})\/)?([a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?)$/i;

/** A reference made complete, in lower case; undefined for what is none. */
export function entityRef(
  text: string,
  defaults: { readonly kind: string; readonly namespace: string },
): string | undefined {
  const match = REFERENCE.exec(text.trim());
  if (!match) return undefined;
  const [, kind = defaults.kind, namespace = defaults.namespace, name = ''] = match;
  return `${kind}:${namespace}/${name}`.toLowerCase();
}
