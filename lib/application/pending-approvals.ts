// What waits for one person's word: second decisions, exceptions, holds, tasks by hand, claims.
import { CampaignId } from '../domain/campaign/campaign.ts';
import type { Notice } from '../domain/chase/notice.ts';
import { IdentityKey } from '../domain/identity/identity-id.ts';
import { plusDays } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import type { PendingApproval } from './review-actions.ts';

/** Nothing waits longer than its review and what follows from it. */
const ASKED_WITHIN_DAYS = 400;

/** Every notice that asked this person for their word. */
async function askingNotices({ store, clock }: Environment, personId: string): Promise<readonly Notice[]> {
  const oldest = plusDays(clock.now(), -ASKED_WITHIN_DAYS);
  const found: Notice[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.askingNotices(personId, { cursor, limit: 100 });
    found.push(...page.entries.filter(({ claimedAt }) => claimedAt > oldest));
    cursor =
      found.length > 0 && page.entries.every(({ claimedAt }) => claimedAt > oldest) ? page.next : undefined;
  } while (cursor !== undefined);
  return found;
}

/** What waits for this person's word, found through the notices that asked for it; `newest` are the last of any purpose. */
export async function pendingApprovals(
  environment: Environment,
  personId: string,
  newest: readonly Notice[],
): Promise<PendingApproval[]> {
  const notices = [...(await askingNotices(environment, personId)), ...newest];
  const once = new Map(notices.map((notice) => [`${notice.purpose} ${notice.occasion}`, notice]));
  const found = await mapConcurrently([...once.values()], 16, (notice) => approvalOf(environment, notice));
  const pending = found.filter((approval) => approval !== undefined);
  return [...new Map(pending.map((approval) => [`${approval.kind}/${approval.id}`, approval])).values()];
}

async function approvalOf(environment: Environment, notice: Notice): Promise<PendingApproval | undefined> {
  const [first = '', second = '', third = ''] = notice.occasion.split('/');
  switch (notice.purpose) {
    case 'second-approval':
      return third.startsWith('claim-')
        ? claimOf(environment, notice, first, second)
        : decisionOf(environment, notice, first, second, third);
    case 'exception-request':
      return exceptionOf(environment, notice, second, third);
    case 'held':
    case 'manual-task':
      return removalOf(environment, notice, first, second);
    default:
      return undefined;
  }
}

async function decisionOf(
  environment: Environment,
  notice: Notice,
  campaignId: string,
  identityKey: string,
  id: string,
) {
  const item = await itemOf(environment, campaignId, identityKey);
  if (!item?.decision?.awaitingSecond || item.decision.attestationId !== id) return undefined;
  const { verdict, by, reason } = item.decision;
  return pendingOf('second-decision', id, item, `${item.name}: ${verdict}`, reason, by, notice);
}

async function claimOf(environment: Environment, notice: Notice, campaignId: string, identityKey: string) {
  const item = await itemOf(environment, campaignId, identityKey);
  if (!item?.claim) return undefined;
  return pendingOf(
    'claim',
    item.identityKey,
    item,
    `${item.name}: claimed`,
    'Is it really theirs?',
    item.claim.personId,
    notice,
  );
}

async function exceptionOf(
  environment: Environment,
  notice: Notice,
  identityKey: string,
  exceptionId: string,
) {
  const key = IdentityKey.safeParse(identityKey);
  if (!key.success) return undefined;
  const exception = await environment.store.get('exception', { identityKey: key.data, exceptionId });
  if (exception?.state !== 'requested') return undefined;
  const detail = `Until ${exception.until.slice(0, 10)}; instead: ${exception.compensatingControl}`;
  return pendingOf(
    'exception',
    exceptionId,
    exception,
    exception.identityId,
    detail,
    exception.requestedBy,
    notice,
  );
}

async function removalOf(environment: Environment, notice: Notice, identityKey: string, removalId: string) {
  const key = IdentityKey.safeParse(identityKey);
  if (!key.success) return undefined;
  const removal = await environment.store.get('removal', { identityKey: key.data, removalId });
  if (removal?.state === 'held') {
    return pendingOf(
      'removal-hold',
      removalId,
      removal,
      `${removal.name}: on hold`,
      removal.holds.at(-1)?.cause ?? '',
      'system',
      notice,
    );
  }
  if (removal?.state === 'manual-open') {
    return pendingOf(
      'manual-task',
      removalId,
      removal,
      `${removal.name}: switch off by hand`,
      removal.cause,
      'system',
      notice,
    );
  }
  return undefined;
}

function pendingOf(
  kind: PendingApproval['kind'],
  id: string,
  about: { readonly campaignId: string; readonly identityKey: string },
  title: string,
  detail: string,
  askedBy: string,
  notice: Notice,
): PendingApproval {
  return {
    kind,
    id,
    campaignId: about.campaignId,
    identityKey: about.identityKey,
    title,
    detail,
    askedBy,
    since: notice.claimedAt,
  };
}

async function itemOf(environment: Environment, campaignId: string, identityKey: string) {
  const id = CampaignId.safeParse(campaignId);
  const key = IdentityKey.safeParse(identityKey);
  return id.success && key.success
    ? environment.store.get('item', { campaignId: id.data, identityKey: key.data })
    : undefined;
}
