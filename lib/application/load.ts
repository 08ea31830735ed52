// Reading what must exist: definitions, snapshots, campaigns, items. Missing things are refused with a sentence.

import * as z from 'zod';
import { type Campaign, CampaignId } from '../domain/campaign/campaign.ts';
import { Definition } from '../domain/campaign/definition.ts';
import { IntegrityError, RefusedError } from '../domain/errors.ts';
import { IdentityKey } from '../domain/identity/identity-id.ts';
import type { ItemRef } from '../domain/review/decision.ts';
import { type Directory, directoryOf } from '../domain/review/directory.ts';
import { Person, Team } from '../domain/review/person.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { Snapshot } from '../domain/review/snapshot.ts';
import { fileBytes, readFileBytes } from './plain-json.ts';
import type { Blobs } from './ports/blobs.ts';
import type { ReviewStore } from './ports/review-store.ts';

/** The campaign of that id. @throws RefusedError NOT_FOUND. */
export async function loadCampaign(store: ReviewStore, campaignId: string): Promise<Campaign> {
  const id = CampaignId.safeParse(campaignId);
  const campaign = id.success ? await store.get('campaign', { campaignId: id.data }) : undefined;
  if (!campaign)
    throw new RefusedError({ code: 'NOT_FOUND', message: `There is no campaign "${campaignId}".` });
  return campaign;
}

/** The item a button, link or command names. @throws RefusedError NOT_FOUND. */
export async function loadItem(store: ReviewStore, ref: ItemRef): Promise<ReviewItem> {
  const campaignId = CampaignId.safeParse(ref.campaignId);
  const identityKey = IdentityKey.safeParse(ref.identityKey);
  const item =
    campaignId.success && identityKey.success
      ? await store.get('item', { campaignId: campaignId.data, identityKey: identityKey.data })
      : undefined;
  if (!item) throw new RefusedError({ code: 'NOT_FOUND', message: 'This review item does not exist.' });
  return item;
}

/** The definition a running campaign was opened with. Files never change under their digest, so the few there are stay read. */
export async function loadDefinition(blobs: Blobs, digest: string): Promise<Definition> {
  const read = definitionsRead.get(blobs) ?? new Map<string, Definition>();
  definitionsRead.set(blobs, read);
  const known = read.get(digest);
  if (known) return known;
  const definition = parseStored(Definition, readFileBytes(await blobs.get(digest)), `definition ${digest}`);
  read.set(digest, definition);
  return definition;
}

const definitionsRead = new WeakMap<Blobs, Map<string, Definition>>();

/** The snapshot of an item, as its reviewer saw it. */
export async function loadSnapshot(blobs: Blobs, digest: string): Promise<Snapshot> {
  return parseStored(Snapshot, readFileBytes(await blobs.get(digest)), `snapshot ${digest}`);
}

const FrozenDirectory = z.strictObject({ people: z.array(Person), teams: z.array(Team) });

/** Stores the organisation as it is now; returns its digest. */
export async function freezeDirectory(blobs: Blobs, directory: Directory): Promise<string> {
  return blobs.put(fileBytes({ people: directory.everyone(), teams: directory.teams() }));
}

/** The organisation as it was when frozen. */
export async function loadDirectory(blobs: Blobs, digest: string): Promise<Directory> {
  const frozen = parseStored(FrozenDirectory, readFileBytes(await blobs.get(digest)), `directory ${digest}`);
  return directoryOf(frozen.people, frozen.teams);
}

/** What a stored file holds, checked with its schema. @throws IntegrityError CORRUPT_RECORD naming `what`. */
export function parseStored<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IntegrityError({
    code: 'CORRUPT_RECORD',
    message: `Stored ${what} cannot be read: ${z.prettifyError(parsed.error)}`,
  });
}
