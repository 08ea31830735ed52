// Every minute: what is due goes to the workers' queues. A new release and changed roles are recorded on the way.
import { dispatchDueWork } from '../lib/application/dispatch-due-work.ts';
import { recordRelease } from '../lib/application/governance/record-release.ts';
import { noteRoles } from '../lib/application/governance/role-book.ts';
import { watchSlackMembers } from '../lib/application/slack-members.ts';
import { planSummaries } from '../lib/application/summary/plan-summaries.ts';
import { openEnvironment } from '../lib/deployed/environment.ts';
import { openQueues } from '../lib/deployed/queues.ts';
import { start } from '../lib/deployed/start.ts';
import { createHandler } from '../lib/runtime/handlers/dispatch-due-work.ts';

/** Invoked by the schedule. */
export const handler = await start('dispatch-due-work', async (base) => {
  const { environment, people } = await openEnvironment(base);
  const queue = openQueues(base);
  const tick = dispatchDueWork(environment, {
    campaigns: queue('campaigns'),
    dockets: queue('dockets'),
    removals: queue('removals'),
    verifications: queue('verifications'),
    promises: queue('promises'),
  });
  await recordRelease(environment)(base.installation.release);
  const { slack } = base.installation;
  if (slack) await watchSlackMembers(environment, slack.teamId);
  const note = noteRoles({ ...environment, people });
  return createHandler({
    useCases: {
      tick: async () => {
        await note();
        return tick();
      },
      planSummaries: planSummaries(environment),
    },
    log: base.log,
  });
});
