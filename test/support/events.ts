// Identities that something happens to between two campaigns.
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { noteEvent, type RaisedEvent, raiseEvent } from '../../lib/application/events/raise-event.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { ownedIdentity } from './reviews.ts';
import { MONDAY, type World, world } from './world.ts';

/** Three identities of one owner. */
export const [exporter, importer, cleaner] = ['exporter', 'importer', 'cleaner'].map((name) =>
  ownedIdentity(name, 'ada'),
) as [Identity, Identity, Identity];
/** All of them. */
export const ALL = [exporter, importer, cleaner];
const SIGNER = p256Signer(generateKey('p256'));

/** A world whose definition asks about events. */
export const between = (definition: Partial<DefinitionInput> = {}) =>
  world({ identities: ALL, definition: { events: {}, ...definition }, signer: SIGNER });

const happened = (of: Identity, more: Partial<RaisedEvent> = {}): RaisedEvent => ({
  event: 'widened',
  identityKey: identityKeyOf(of.identityId),
  cause: 'It may now write to the finance bucket.',
  at: MONDAY,
  ...more,
});

/** Something happens to one. */
export const raise = (w: Pick<World, 'environment'>, of: Identity, more: Partial<RaisedEvent> = {}) =>
  raiseEvent(w.environment, happened(of, more));

/** What is stored of it. */
export const eventOf = (w: World, of: Identity, more: Partial<RaisedEvent> = {}) =>
  w.environment.store.get('event', noteEvent(happened(of, more)).record);

/** Every campaign, newest first. */
export const campaigns = async (w: World) => w.environment.store.campaigns();

/** The lines of a population manifest. */
export async function manifestOf(w: World, digest = ''): Promise<unknown[]> {
  const lines = [];
  for await (const line of w.environment.blobs.lines(digest)) lines.push(JSON.parse(line));
  return lines;
}
