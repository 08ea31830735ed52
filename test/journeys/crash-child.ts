// Plays a quarter on the embedded stack until it is killed: every person answers by a rule, so that a rerun repeats it.

import { readDefinition } from '../../lib/application/apply-definition.ts';
import { instantOf, plusDays } from '../../lib/domain/time.ts';
import { harborAndPine } from '../../lib/local/company/harbor-and-pine.ts';
import { startLocalStack } from '../../lib/local/stack.ts';

const dataDir = process.argv[2] ?? '';
const startAt = instantOf(Date.UTC(2026, 8, 7, 8));
const company = harborAndPine(startAt);
const stack = await startLocalStack({ dataDir, company, startAt, sealEveryHours: 12 });
const { useCases, environment } = stack;
const who = (personId: string) => ({
  personId,
  method: 'local-demo' as const,
  issuer: 'test',
  at: stack.clock.now(),
  evidenceDigest: '0'.repeat(64),
});

if ((await environment.store.definitions()).length === 0) {
  if ((await environment.store.inventories()).length < 2) await useCases.collect();
  const directory = await environment.people.directory();
  const definition = readDefinition(company.definitions[0], directory, environment.expressions, 'test');
  const [author, approver] = directory.everyone().filter(({ active }) => active);
  await useCases.applyDefinition(definition, who(author?.personId ?? ''), approver?.personId ?? '');
}
const campaign = await useCases.openCampaign({
  definitionId: 'quarterly-review',
  launchedBy: 'test',
  campaignId: 'crash-test',
});
process.stdout.write('opened\n');

/** Everyone whose name is of even length revokes the first open item they see each day; the others stay silent. */
async function answer(): Promise<void> {
  for (const { personId, active } of company.people) {
    if (!active || personId.length % 2 === 1) continue;
    const page = await environment.store.openItems(campaign.campaignId, personId, { limit: 1 });
    const [first] = page.entries;
    if (!first) continue;
    const actId = `revoke/${personId}/${first.identityKey}`;
    await useCases.actions
      .decide({
        item: first,
        request: { verdict: 'revoke', reason: 'not needed any more' },
        who: who(personId),
        actId,
      })
      .catch(() => undefined);
  }
}

await stack.advanceTo(plusDays(startAt, 45), {
  onStep: async (now) => {
    if (now.slice(11, 13) === '08') await answer();
  },
});
await stack.close();
process.stdout.write('done\n');
