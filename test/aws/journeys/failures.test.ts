// What goes wrong in operation: messages nobody can read, secrets nobody filled in, functions that die at work.
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignId } from '../../../lib/domain/campaign/campaign.ts';
import { IdentityId, identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import { ACTION } from '../../../lib/presentation/slack/references.ts';
import { SLACK_SECRET } from '../../support/aws/deploy-for-tests.ts';
import { linesOf } from '../../support/aws/function-logs.ts';
import { killFunction } from '../../support/aws/function-processes.ts';
import { type InstallationUnderTest, openInstallation, waitFor } from '../../support/aws/installation.ts';
import { itemButton } from '../../support/aws/slack-desk.ts';

let on: InstallationUnderTest;
beforeAll(async () => {
  on = await openInstallation();
});
afterAll(() => on.close());

describe('a message that nobody can read', () => {
  it('is set aside after five tries, while the others of its batch are handled', async () => {
    const noSuchDocket = {
      work: 'chase-docket',
      key: { campaignId: 'no-such-campaign', reviewerId: 'nils' },
    };
    const since = Date.now();

    await on.put('dockets', [{ work: 'make-coffee' }, noSuchDocket]);

    await waitFor('it is set aside', async () => (await on.waitingIn('dockets-dead-letters')) === 1, 90_000);
    expect(await on.waitingIn('dockets')).toBe(0);
    const lines = (await linesOf(on.config, 'chase-owners', since)).join('\n');
    expect(lines).toContain('"campaignId":"no-such-campaign","reviewerId":"nils","outcome":"nothing"');
    expect(lines.match(/"message failed"/g)).toHaveLength(5);
  });
});

describe('a Slack secret that nobody filled in', () => {
  const fill = async (SecretString: string): Promise<void> => {
    const SecretId = on.named('COUNTERSIGN_SLACK_SECRET');
    await new SecretsManagerClient(on.config).send(new PutSecretValueCommand({ SecretId, SecretString }));
  };
  it('is said in one clear line of the log, without its value; filled in, the function works without a deployment', async () => {
    const request = { requestContext: { http: { method: 'POST' } }, headers: {}, body: '' };
    try {
      await fill('{"signingSecret":"not-yet-the-real-one","botToken":"fill-in"}');
      // The next request starts the function anew, as happens whenever Lambda likes.
      await killFunction(on.deployed.pid, 'answer-slack');
      const since = Date.now();
      await expect(on.invoke('answer-slack', request)).rejects.toThrow(/is not filled in:.*botToken/);

      const [line = ''] = (await linesOf(on.config, 'answer-slack', since)).filter((each) =>
        each.includes('cannot start'),
      );
      expect(JSON.parse(line)).toMatchObject({
        level: 'error',
        function: 'answer-slack',
        error: { code: 'BAD_SETTING' },
        fix: 'docs/runbook.md#a-function-cannot-start',
      });
      expect(line).not.toContain('not-yet-the-real-one');
    } finally {
      await fill(JSON.stringify(SLACK_SECRET));
    }

    expect(await on.invoke('answer-slack', request)).toMatchObject({ statusCode: 401 });
  });
});

describe('functions that die at work', () => {
  const CAMPAIGN = CampaignId.parse('journey-deaths-1');
  const names = Array.from({ length: 6 }, (_, n) => `svc-search-deaths-${n}`);
  const item = (name: string) => ({
    campaignId: CAMPAIGN,
    identityKey: identityKeyOf(IdentityId.parse(`aws-iam/000000000000/service-account/user/${name}`)),
  });

  it('leave no answer lost and none counted twice', async () => {
    for (const name of names) await on.iam.addUser({ name });
    await on.collect();
    await on.applyDefinition({
      apiVersion: 'countersign.dev/v1',
      definitionId: 'journey-deaths',
      version: 1,
      title: 'Review while functions die',
      scope: { where: 'identity.name.startsWith("svc-search-deaths")' },
      reviewers: { fallback: 'platform', manager: 'mira', approvers: 'platform', riskAcceptors: 'platform' },
    });
    await on.launch('journey-deaths', CAMPAIGN);
    const buttons = () =>
      names.flatMap(
        (name) => itemButton(on.slack, 'U0WALTER', { ...item(name), actionId: ACTION.keep }) ?? [],
      );
    await waitFor('Walter is asked about all of them', async () => {
      await on.invoke('dispatch-due-work');
      return buttons().length === names.length;
    });

    const targets = buttons().map(({ target }) => target);
    let killed = 0;
    const isAnswered = async (): Promise<boolean> => {
      const items = await on.store.getMany('item', names.map(item));
      return items.every((each) => each?.state === 'answered');
    };
    const presses = Promise.all(targets.map((target) => on.slack.as('U0WALTER').click(target)));
    for (let round = 0; round < 40 && killed < 5; round += 1) {
      killed += await killFunction(on.deployed.pid, 'apply-answers');
      await new Promise((resolve) => {
        setTimeout(resolve, 150);
      });
    }
    expect((await presses).map(({ acknowledgement }) => acknowledgement?.status)).toEqual(
      names.map(() => 200),
    );
    await waitFor('everything is answered', isAnswered, 100_000);
    await waitFor('no message is left', async () => (await on.waitingIn('answers')) === 0, 60_000);

    expect(killed).toBeGreaterThanOrEqual(1);
    const items = await on.store.getMany('item', names.map(item));
    expect(items.map((each) => each?.answers)).toEqual(names.map(() => 1));
    expect(await on.waitingIn('answers-dead-letters')).toBe(0);
    for (const each of items) {
      const attestationId = each?.decision?.attestationId ?? '';
      await waitFor('the decision is in the log', async () => {
        return (await on.ledger.get('sealed', { attestationId })) !== undefined;
      });
    }
  });
});
