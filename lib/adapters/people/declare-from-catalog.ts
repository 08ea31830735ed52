// Which entity of a Backstage catalogue an identity belongs to, and so whose it is.
import type { Declare } from '../../application/collect-identities.ts';
import type { Identity, OwnerHint } from '../../domain/identity/identity.ts';
import { type Catalog, type CatalogEntity, entityRef } from './catalog.ts';
import { codeOf, isSameRepository, placeIn, repositoryName } from './code-of.ts';

/** ARNs of IAM principals on entities. https://github.com/RoadieHQ/roadie-backstage-plugins (catalog-backend-module-aws) */
const ARN_ANNOTATIONS = ['amazon.com/iam-role-arn', 'amazon.com/iam-user-arn'];
/** https://backstage.io/docs/features/software-catalog/well-known-annotations */
const SLUG_ANNOTATION = 'github.com/project-slug';
const LOCATION_ANNOTATION = 'backstage.io/source-location';

/** Tags that name an entity, with the kind meant where the tag's value does not say it. */
const ENTITY_TAGS: readonly (readonly [key: string, kind: string])[] = [
  ['backstage.io/entity-ref', 'component'],
  ['backstage-entity-ref', 'component'],
  ['component', 'component'],
  ['system', 'system'],
];

/** An entity an identity was found to belong to, and by what. */
interface Match {
  readonly entity: CatalogEntity;
  readonly by: string;
}

/** A place in a repository that an entity says is its own; the path ends where a folder does, and is '' for all of it. */
interface Place {
  readonly repository: string;
  readonly path: string;
  readonly entity: CatalogEntity;
}

/**
 * Adds the owner of the entity an identity belongs to. Asked in this order, the first that answers counts: the entity with
 * the identity's ARN; the entity its tags name; the entity whose code it comes from, the most specific folder first.
 * Entities of one folder with different owners decide nothing.
 */
export function declareFromCatalog(catalog: Catalog): Declare {
  const byArn = new Map<string, CatalogEntity>();
  const addresses = new Map(Object.entries(catalog.addresses));
  const byRef = new Map(catalog.entities.map((entity) => [entity.ref, entity]));
  for (const entity of catalog.entities) {
    for (const arn of ARN_ANNOTATIONS.flatMap((key) => entity.annotations[key] ?? [])) byArn.set(arn, entity);
  }
  const places = catalog.entities.flatMap(placesOf);
  return (identity) => {
    const match = matchByArn(identity, byArn) ?? matchByTag(identity, byRef) ?? matchByCode(identity, places);
    if (!match) return identity;
    const { ownerRef, where, ref } = match.entity;
    const hint: OwnerHint = {
      role: 'accountable',
      value: addresses.get(ownerRef) ?? ownerRef,
      source: 'catalog',
      detail: `${where}: spec.owner of ${ref} is ${ownerRef} (found by ${match.by})`,
    };
    return { ...identity, ownerHints: [hint, ...identity.ownerHints] };
  };
}

function matchByArn(
  { connector, scope, nativeId }: Identity,
  byArn: ReadonlyMap<string, CatalogEntity>,
): Match | undefined {
  if (connector !== 'aws-iam') return undefined;
  const [resource = ''] = nativeId.split('#');
  const entity = byArn.get(`arn:aws:iam::${scope}:${resource}`);
  return entity && { entity, by: 'its ARN' };
}

function matchByTag({ tags }: Identity, byRef: ReadonlyMap<string, CatalogEntity>): Match | undefined {
  for (const [wanted, kind] of ENTITY_TAGS) {
    for (const [key, value] of Object.entries(tags)) {
      if (key.toLowerCase() !== wanted) continue;
      const entity = byRef.get(entityRef(value, { kind, namespace: 'default' }) ?? '');
      if (entity) return { entity, by: `tag ${key}` };
    }
  }
  return undefined;
}

function matchByCode(identity: Identity, places: readonly Place[]): Match | undefined {
  const { repository, path } = codeOf(identity);
  if (repository === undefined) return undefined;
  const fitting = places.filter(
    (place) =>
      isSameRepository(place.repository, repository) &&
      (place.path === '' || path === place.path || path?.startsWith(`${place.path}/`) === true),
  );
  const depth = Math.max(...fitting.map((place) => place.path.length));
  const [first, ...others] = fitting.filter((place) => place.path.length === depth);
  if (!first || others.some(({ entity }) => entity.ownerRef !== first.entity.ownerRef)) return undefined;
  return { entity: first.entity, by: `its code in ${first.repository}` };
}

function placesOf(entity: CatalogEntity): Place[] {
  const { [SLUG_ANNOTATION]: slug, [LOCATION_ANNOTATION]: location } = entity.annotations;
  const place = location === undefined ? undefined : placeIn(location);
  if (place) return [{ repository: place.repository, path: place.path.replaceAll(/^\/+|\/+$/g, ''), entity }];
  const repository = slug === undefined ? '' : repositoryName(slug);
  return repository.includes('/') ? [{ repository, path: '', entity }] : [];
}
