// What waits for one person's word: second decisions, exceptions, holds, tasks by hand, claims.
import { CampaignId } from '../domain/campaign/campaign.ts';
import { asksForWord } from '../domain/chase/asking.ts';
import type { Notice } from '../domain/chase/notice.ts';
import { IdentityKey } from '../domain/identity/identity-id.ts';
import type { Removal } from '../domain/removal/removal.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { plusDays } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import type { PendingApproval } from './review-actions.ts';
import { gatheredFor, type ToldLine, toldBy } from './told-lines.ts';

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

/**
 * What waits for this person's word, found through the notices that asked for it and what is gathered for the next one;
 * `newest` are the last notices of any purpose.
 */
export async function pendingApprovals(
  environment: Environment,
  personId: string,
  newest: readonly Notice[],
): Promise<PendingApproval[]> {
  const notices = [...(await askingNotices(environment, personId)), ...newest];
  const lines = [...(await toldBy(environment, notices)), ...(await gatheredFor(environment, personId))];
  const asking = lines.filter(({ purpose }) => asksForWord(purpose));
  const once = new Map(asking.map((line) => [`${line.purpose} ${line.occasion}`, line]));
  const found = await mapConcurrently([...once.values()], 16, (line) => approvalOf(environment, line));
  const pending = found.filter((approval) => approval !== undefined);
  return [...new Map(pending.map((approval) => [`${approval.kind}/${approval.id}`, approval])).values()];
}

/** What a line asks for, if it still waits. `askedBy` is the id of a person, or `system`. */
export function askedOf(
  environment: Environment,
  { what, of }: { readonly what: Notice['purpose']; readonly of: string },
): Promise<PendingApproval | undefined> {
  return approvalOf(environment, { purpose: what, occasion: of, claimedAt: environment.clock.now() });
}

async function approvalOf(environment: Environment, notice: ToldLine): Promise<PendingApproval | undefined> {
  const [first = '', second = '', third = ''] = notice.occasion.split('/');
  switch (notice.purpose) {
    case 'second-approval':
      return third.startsWith('claim-')
        ? claimOf(environment, notice, first, second)
        : decisionOf(environment, notice, first, second, third);
    case 'exception-request':
      return exceptionOf(environment, notice, second, third);
    case 'sample-wanted':
      return sampleOf(environment, notice, first, second);
    case 'held':
    case 'manual-task':
      return removalOf(environment, notice);
    default:
      return undefined;
  }
}

async function decisionOf(
  environment: Environment,
  notice: ToldLine,
  campaignId: string,
  identityKey: string,
  id: string,
) {
  const item = await itemOf(environment, campaignId, identityKey);
  if (!item?.decision?.awaitingSecond || item.decision.attestationId !== id) return undefined;
  const { verdict, by, reason } = item.decision;
  return pendingOf('second-decision', id, item, `${item.name}: ${verdict}`, reason, by, notice);
}

async function claimOf(environment: Environment, notice: ToldLine, campaignId: string, identityKey: string) {
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

async function sampleOf(environment: Environment, notice: ToldLine, campaignId: string, identityKey: string) {
  const item = await itemOf(environment, campaignId, identityKey);
  const { sample, decision } = item ?? {};
  if (!item || !sample || !decision || sample.answeredAt !== undefined) return undefined;
  if (sample.decision !== decision.attestationId) return undefined;
  const title = `${item.name}: a second look`;
  const detail = `It was kept${decision.reason ? `, because: ${decision.reason}` : ' without a reason'}. Drawn at random.`;
  return pendingOf('sample', sample.sampleId, item, title, detail, decision.by, notice);
}

async function exceptionOf(
  environment: Environment,
  notice: ToldLine,
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

/** The removal an occasion begins with: `<identity>/<removal>/…`. */
export async function removalCalled({ store }: Environment, occasion: string): Promise<Removal | undefined> {
  const [identityKey, removalId = ''] = occasion.split('/');
  const key = IdentityKey.safeParse(identityKey);
  return key.success ? store.get('removal', { identityKey: key.data, removalId }) : undefined;
}

async function removalOf(environment: Environment, notice: ToldLine) {
  const removal = await removalCalled(environment, notice.occasion);
  const removalId = removal?.removalId ?? '';
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
  notice: ToldLine,
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

/** The item that an approval is about. */
export function itemCalled(
  environment: Environment,
  { campaignId, identityKey }: Pick<PendingApproval, 'campaignId' | 'identityKey'>,
): Promise<ReviewItem | undefined> {
  return itemOf(environment, campaignId, identityKey);
}

async function itemOf(environment: Environment, campaignId: string, identityKey: string) {
  const id = CampaignId.safeParse(campaignId);
  const key = IdentityKey.safeParse(identityKey);
  return id.success && key.success
    ? environment.store.get('item', { campaignId: id.data, identityKey: key.data })
    : undefined;
}
