// Access that is taken away for real: a key that worked is refused, the record says how sure that is, and undo brings it back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { update } from '../../../lib/application/ports/review-store.ts';
import { CampaignId } from '../../../lib/domain/campaign/campaign.ts';
import { IdentityId, identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import type { Removal } from '../../../lib/domain/removal/removal.ts';
import { plusMs } from '../../../lib/domain/time.ts';
import { fieldsIn } from '../../../lib/local/autoplay/hands/buttons.ts';
import { ACTION } from '../../../lib/presentation/slack/references.ts';
import type { AccessKey } from '../../support/aws/iam-account.ts';
import {
  clock,
  type InstallationUnderTest,
  openInstallation,
  waitFor,
} from '../../support/aws/installation.ts';
import { itemButton } from '../../support/aws/slack-desk.ts';

const CAMPAIGN = CampaignId.parse('journey-removal-1');
const ITEM = {
  campaignId: CAMPAIGN,
  identityKey: identityKeyOf(
    IdentityId.parse('aws-iam/000000000000/service-account/user/svc-archive-removal-old'),
  ),
};

let on: InstallationUnderTest;
let key: AccessKey;
beforeAll(async () => {
  on = await openInstallation();
});
afterAll(() => on.close());

const theRemoval = async (): Promise<Removal> => {
  const [removal] = await on.store.removalsOf(ITEM.identityKey);
  if (!removal) throw new Error('There is no removal.');
  return removal;
};

describe('an identity that its owner gives up', () => {
  it('is asked about in Slack, and the answer plans its removal', async () => {
    const keys = await on.iam.addUser({ name: 'svc-archive-removal-old' });
    key = keys[0]!;
    await on.collect();
    await on.applyDefinition({
      apiVersion: 'countersign.dev/v1',
      definitionId: 'journey-removal',
      version: 1,
      title: 'Review of what nobody needs',
      scope: { where: 'identity.name.startsWith("svc-archive-removal")' },
      reviewers: { fallback: 'platform', manager: 'mira', approvers: 'platform', riskAcceptors: 'platform' },
      enforcement: { defaultMode: 'armed' },
    });
    await on.launch('journey-removal', CAMPAIGN);
    const wanted = { ...ITEM, actionId: ACTION.switchOff };
    await waitFor('Isa is asked', async () => {
      await on.invoke('dispatch-due-work');
      return itemButton(on.slack, 'U0ISA', wanted) !== undefined;
    });
    const isa = on.slack.as('U0ISA');
    expect(await on.iam.trySigning(key)).toBe('accepted');

    await isa.click(itemButton(on.slack, 'U0ISA', wanted)!.target);
    const view = isa.view();
    const fields = fieldsIn(view?.blocks ?? []).filter(({ name }) => name === 'reason');
    const reasons = Object.fromEntries(fields.map(({ name }) => [name, { [name]: 'Replaced last year' }]));
    if (view) await isa.submit(view.id, reasons);

    await waitFor(
      'the removal is planned',
      async () => (await on.store.removalsOf(ITEM.identityKey)).length > 0,
    );
    expect(await theRemoval()).toMatchObject({
      state: 'planned',
      cause: 'revoked',
      mode: 'armed',
      ownerId: 'isa',
    });
    expect(await on.iam.trySigning(key)).toBe('accepted');
  });

  it('is switched off when the time for second thoughts is over: STS refuses its key', async () => {
    const planned = await theRemoval();
    // A quarter of an hour passes.
    const past = plusMs(clock.now(), -1_000);
    await on.store.commit([update('removal', planned, { executeAfter: past, nextDueAt: past })]);

    await on.invoke('dispatch-due-work');
    await waitFor('it is switched off', async () => (await theRemoval()).executedAt !== undefined);

    expect(await on.iam.trySigning(key)).toBe('InvalidClientTokenId');
    expect(Object.values(await on.iam.keysOf('svc-archive-removal-old'))).toEqual(['Inactive']);
  });

  it('is verified as far as it can be, and the record claims no more', async () => {
    await waitFor('it is verified', async () => {
      await on.invoke('dispatch-due-work');
      return (await theRemoval()).verification !== undefined;
    });

    const { verification, state, quarantineUntil } = await theRemoval();
    // The product has no secret to sign with, so it reads the state back. That is `confirmed`, not `refused` or `proven`.
    expect(verification?.level).toBe('confirmed');
    expect(verification?.reasons.join()).toContain('read back Inactive');
    expect(state).toBe('quarantined');
    expect(quarantineUntil! > plusMs(clock.now(), 29 * 86_400_000)).toBe(true);
  });

  it('comes back exactly as it was when its owner takes that back', async () => {
    const { removalId } = await theRemoval();

    const command = {
      do: 'steer-removal',
      removalId,
      act: 'restore',
      reason: 'It was needed after all',
    } as const;
    await on.as('isa', command, z.unknown());

    expect(await theRemoval()).toMatchObject({ state: 'restored', restoredBy: 'isa' });
    expect(await on.iam.trySigning(key)).toBe('accepted');
  });
});
