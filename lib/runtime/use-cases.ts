// Every use case, put together from ports. Functions, the command and the embedded stack all start here.
import { setTimeout } from 'node:timers/promises';
import { applyDefinition } from '../application/apply-definition.ts';
import { beginOpening } from '../application/begin-opening.ts';
import { chaseDocket } from '../application/chase-docket.ts';
import type { CountAttestations } from '../application/close-campaign.ts';
import { collectIdentities, type Declare } from '../application/collect-identities.ts';
import { considerBatch } from '../application/consider-batch.ts';
import { dispatchDueWork, type WorkQueues } from '../application/dispatch-due-work.ts';
import { doWork, type Workers } from '../application/do-work.ts';
import { endException } from '../application/end-exception.ts';
import type { Environment } from '../application/environment.ts';
import { openForEvents } from '../application/events/open-for-events.ts';
import { notePeopleGone } from '../application/events/people-gone.ts';
import { finishOpening } from '../application/finish-opening.ts';
import { askImpact } from '../application/impact/ask-impact.ts';
import { showImpact } from '../application/impact/show-impact.ts';
import { lapseDocket } from '../application/lapse-items.ts';
import { openCampaign } from '../application/open-campaign.ts';
import type { Pace, PacedMessenger } from '../application/ports/pace.ts';
import { readingOnce } from '../application/read-once.ts';
import { enforceRemoval } from '../application/removal/enforce-removal.ts';
import { verifyRemoval } from '../application/removal/verify-removal.ts';
import type { RemovalDeps } from '../application/removal/workbench.ts';
import { reviewDesk } from '../application/review-desk.ts';
import { reviewLinks } from '../application/review-links.ts';
import { sendNotice } from '../application/send-notice.ts';
import { settlePromise } from '../application/settle-promise.ts';
import { leaveSlackMembers } from '../application/slack-members.ts';
import { advanceCampaign, type ResumeOpening, steerCampaign } from '../application/steer-campaign.ts';
import { planSummaries } from '../application/summary/plan-summaries.ts';
import { summaryChoice } from '../application/summary/summary-choice.ts';
import { tellDesk } from '../application/tell-desk.ts';
import { tellPerson } from '../application/tell-person.ts';

/** What use cases are put together from. */
export interface RuntimePorts {
  readonly environment: Environment;
  readonly messengers: Readonly<Record<'slack' | 'email', PacedMessenger>>;
  /** How fast they may write to people. @default as fast as they can */
  readonly pace?: Pace | undefined;
  readonly queues: WorkQueues;
  /** Adds what files declare about identities. */
  readonly declare: Declare;
  /** Where the review page lives, without a trailing slash. */
  readonly webUrl: string;
  /** Counts a campaign's attestations in the log when it closes; absent where there is no log. */
  readonly countAttestations?: CountAttestations | undefined;
  /** Takes up an opening that ended half-way. @default opening it in this process */
  readonly resumeOpening?: ResumeOpening | undefined;
  /** Reads on in the list of Slack's members. @default there is no Slack: the list is read no more */
  readonly readSlackMembers?: Workers['readSlackMembers'] | undefined;
}

/** Everything Countersign can do. */
export type UseCases = ReturnType<typeof useCases>;

/** Puts every use case together. */
export function useCases(ports: RuntimePorts) {
  const { environment, messengers, queues } = ports;
  const send = sendNotice(environment, messengers, ports.pace);
  const tell = tellPerson(send);
  const collect = collectIdentities(environment, ports.declare);
  const links = reviewLinks(environment, tell, ports.webUrl);
  const summaries = summaryChoice(environment, ports.webUrl);
  const open = openCampaign(environment, { pause: (ms) => setTimeout(ms) });
  const openHere: ResumeOpening = async (campaignId, definitionId) => {
    await open({ campaignId, definitionId, launchedBy: 'schedule' });
  };
  const removal: RemovalDeps = { environment, collect, tell };
  const work = doWork({
    advanceCampaign: advanceCampaign({
      environment,
      tell,
      enqueueLapse: (messages) => queues.dockets.send(messages),
      resumeOpening: ports.resumeOpening ?? openHere,
      countAttestations: ports.countAttestations,
    }),
    chaseDocket: (key) => {
      const once = { ...environment, store: readingOnce(environment.store) };
      const ask = askImpact(queues.removals);
      return chaseDocket({ environment: once, send, linkMail: links.linkMail, askImpact: ask })(key);
    },
    lapseDocket: lapseDocket(environment),
    showImpact: showImpact(environment),
    enforceRemoval: enforceRemoval(removal),
    verifyRemoval: verifyRemoval(removal),
    settlePromise: settlePromise(environment, collect),
    endException: endException(environment),
    openForEvents: openForEvents(environment, ports.resumeOpening ?? openHere),
    notePeopleGone: notePeopleGone(environment),
    tellDesk: tellDesk(environment, tell, summaries.unsubscribeLink),
    readSlackMembers: ports.readSlackMembers ?? ((key) => leaveSlackMembers(environment, key)),
  });
  return {
    environment,
    collect,
    applyDefinition: applyDefinition(environment),
    openCampaign: open,
    beginOpening: beginOpening(environment),
    considerBatch: considerBatch(environment),
    finishOpening: finishOpening(environment),
    steerCampaign: steerCampaign(environment),
    actions: reviewDesk(removal),
    links,
    summaries,
    planSummaries: planSummaries(environment),
    send,
    tell,
    work,
    tick: dispatchDueWork(environment, queues),
  };
}
