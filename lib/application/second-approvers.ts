// Who may give the second word on what somebody answered.
import type { Definition } from '../domain/campaign/definition.ts';
import { checkSecondApprover } from '../domain/review/eligibility.ts';
import type { Person } from '../domain/review/person.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import type { Environment } from './environment.ts';
import { loadSnapshot } from './load.ts';
import { peopleNamed } from './tell-person.ts';

/** The second approvers of the campaign who may speak on the item and did not answer it, in the order of the definition. */
export async function secondApprovers(
  environment: Environment,
  definition: Definition,
  item: ReviewItem,
): Promise<readonly Person[]> {
  const directory = await environment.people.directory();
  const snapshot = await loadSnapshot(environment.blobs, item.snapshot);
  const now = environment.clock.now();
  return peopleNamed(directory, definition.reviewers.approvers).filter((who) => {
    // Whether they could, if they signed in properly; how they really do is checked when they answer.
    const authenticated = {
      personId: who.personId,
      method: 'oidc' as const,
      issuer: 'none',
      at: now,
      evidenceDigest: '',
    };
    const firstPersonId = item.decision?.by ?? '';
    const asked = { item, snapshot, firstPersonId, who, authenticated, definition, directory, now };
    return checkSecondApprover(asked).eligible;
  });
}
