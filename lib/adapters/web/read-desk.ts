// One person's desk as the page shows it, with the evidence of what waits for their second word.
import type { DeskView, PendingApproval, ReviewActions } from '../../application/review-actions.ts';
import { RefusedError } from '../../domain/errors.ts';
import { IdentityKey } from '../../domain/identity/identity-id.ts';
import type { Person } from '../../domain/review/person.ts';
import type { ApprovalView, DeskPage } from '../../presentation/web/docket-page.ts';

/** Items of one docket on a page; the worst. More follow as these are answered. */
const PER_DOCKET = 100;
const MAX_APPROVALS = 25;

/** Reads everything due of a person. */
export async function readDesk(actions: ReviewActions, person: Person): Promise<DeskPage> {
  const desk = await actions.desk(person.personId, { perDocket: PER_DOCKET });
  const approvals: ApprovalView[] = [];
  for (const approval of desk.approvals.slice(0, MAX_APPROVALS)) {
    approvals.push(await withEvidence(actions, desk, approval));
  }
  return {
    person: desk.person,
    reader: { now: desk.now, timeZone: desk.person.timeZone },
    dockets: desk.dockets,
    approvals,
    recent: desk.recent,
  };
}

/** Without its item nothing is known of its risk: then it is only shown, and answered in Slack. */
async function withEvidence(
  actions: ReviewActions,
  { person }: DeskView,
  approval: PendingApproval,
): Promise<ApprovalView> {
  const identityKey = IdentityKey.safeParse(approval.identityKey);
  if (!identityKey.success) return { approval, about: undefined };
  try {
    const ref = { campaignId: approval.campaignId, identityKey: identityKey.data };
    return { approval, about: await actions.item(ref, person.personId) };
  } catch (error) {
    if (error instanceof RefusedError) return { approval, about: undefined };
    throw error;
  }
}
