// Keeping many unchanged, alike, low-risk items with one act; each is still a decision of its own.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { CampaignId } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { InvalidInputError, RefusedError } from '../domain/errors.ts';
import { IdentityKey } from '../domain/identity/identity-id.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { SeenMark } from '../domain/review/seen.ts';
import { untilNoConflict } from './conflict.ts';
import type { decide } from './decide.ts';
import { delegatedDockets } from './delegations.ts';
import { bulkItems, groupMark, openItemsOf, whyNotAlike } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { loadCampaign, loadDefinition, parseStored } from './load.ts';
import { fileBytes, readFileBytes } from './plain-json.ts';
import { remember } from './remember-act.ts';
import type { ReviewActions } from './review-actions.ts';

type GroupAct = Parameters<ReviewActions['keepGroup']>[0];

/** The members of a group when it was decided: enough to go through them again. */
const Members = z.array(
  z.strictObject({ identityKey: IdentityKey, name: z.string(), seen: SeenMark.optional() }),
);
type Members = z.infer<typeof Members>;

/**
 * Makes the use case; the same act again gives the first outcome. Items that changed, or that another rule refuses, stay
 * open and are counted. Delivered again after it broke off, it goes through the same members: who was to be asked about
 * one that is decided already is asked then.
 */
export function keepGroup(
  environment: Environment,
  decideOne: ReturnType<typeof decide>,
): ReviewActions['keepGroup'] {
  return async (act) => {
    const { store, clock } = environment;
    const { campaignId, group, who, reason, actId } = act;
    const earlier = await store.get('handled', { messageId: actId });
    if (earlier) return { text: earlier.outcome };
    const open = await openMembers(environment, act);
    const members = await membersOf(environment, act, open);
    const isOpen = new Set(open.map(({ identityKey }) => identityKey));
    let kept = 0;
    const refused: string[] = [];
    for (const { identityKey, name, seen } of members) {
      const id = actIdOf(actId, identityKey);
      if (!isOpen.has(identityKey) && !(await store.get('handled', { messageId: id }))) {
        refused.push(`${name}: it was answered, changed or handed on meanwhile.`);
        continue;
      }
      try {
        await decideOne(
          {
            item: { campaignId, identityKey },
            request: { verdict: 'certify', reason },
            who,
            actId: id,
            seen,
          },
          { group, size: members.length },
        );
        kept += 1;
      } catch (error) {
        if (!(error instanceof RefusedError || error instanceof InvalidInputError)) throw error;
        refused.push(`${name}: ${error.message}`);
      }
    }
    const left = refused.length > 0 ? ` ${refused.length} not kept: ${refused.slice(0, 3).join(' ')}` : '';
    const text = `Kept ${kept} of ${members.length}.${left}`;
    await untilNoConflict(async () => {
      const handled = await store.get('handled', { messageId: actId });
      if (!handled) await store.commit([remember(actId, clock.now(), text)]);
    });
    return { text };
  };
}

function actIdOf(actId: string, part: string): string {
  return createHash('sha256').update(`${actId}/${part}`).digest('hex');
}

async function openMembers(environment: Environment, act: GroupAct): Promise<readonly ReviewItem[]> {
  const { campaignId, group, who, seen } = act;
  const campaign = await loadCampaign(environment.store, campaignId);
  const definition = await loadDefinition(environment.blobs, campaign.definitionDigest);
  if (act.only) return namedMembers(environment, act, act.only, definition);
  const others = (await delegatedDockets(environment, who.personId)).filter(
    (docket) => docket.campaign.campaignId === campaign.campaignId,
  );
  const found: ReviewItem[][] = [];
  for (const id of [who.personId, ...others.map(({ reviewer }) => reviewer.personId)]) {
    const open = await openItemsOf(environment, campaign, id);
    const members = bulkItems(open, definition).get(group);
    if (members) found.push(members);
  }
  return found.find((members) => groupMark(members) === seen) ?? found[0] ?? [];
}

/** Those named that may be kept here: still open, in the group, of a tier that allows it; an outlier only with a reason. */
async function namedMembers(
  { store }: Environment,
  { campaignId, group, reason }: GroupAct,
  only: NonNullable<GroupAct['only']>,
  definition: Definition,
): Promise<readonly ReviewItem[]> {
  const key = { campaignId: CampaignId.parse(campaignId) };
  const rows = await store.getMany(
    'item',
    only.map(({ identityKey }) => ({ ...key, identityKey: IdentityKey.parse(identityKey) })),
  );
  return rows
    .filter((row) => row !== undefined)
    .filter((row) => {
      const why = whyNotAlike(row, definition);
      return (
        row.state === 'open' &&
        row.group === group &&
        (why === undefined || (why !== 'risk' && reason !== ''))
      );
    });
}

/**
 * The members when the act came first, written down before any is decided.
 * @throws RefusedError STALE_SNAPSHOT when they are not those the person was shown
 */
async function membersOf(
  environment: Environment,
  { actId, seen, only }: GroupAct,
  open: readonly ReviewItem[],
): Promise<Members> {
  const { store, blobs, clock } = environment;
  const messageId = actIdOf(actId, 'members');
  return untilNoConflict(async () => {
    const noted = await store.get('handled', { messageId });
    if (noted)
      return parseStored(Members, readFileBytes(await blobs.get(noted.outcome)), 'members of a group');
    if (only === undefined && seen !== undefined && seen !== groupMark(open)) {
      throw new RefusedError({
        code: 'STALE_SNAPSHOT',
        message:
          'These are not the identities you were shown, or something about them changed. Please look again.',
      });
    }
    const names = new Map<string, string>(open.map(({ identityKey, name }) => [identityKey, name]));
    const named = only?.map((each) => ({ ...each, name: names.get(each.identityKey) ?? each.identityKey }));
    const members = Members.parse(named ?? open.map(({ identityKey, name }) => ({ identityKey, name })));
    const digest = await blobs.put(fileBytes(members));
    await store.commit([remember(messageId, clock.now(), digest)]);
    return members;
  });
}
