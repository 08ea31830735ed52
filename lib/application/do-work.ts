// What each worker does with a piece of work.

import type { chaseDocket } from './chase-docket.ts';
import type { endException } from './end-exception.ts';
import type { openForEvents } from './events/open-for-events.ts';
import type { notePeopleGone } from './events/people-gone.ts';
import type { showImpact } from './impact/show-impact.ts';
import type { lapseDocket } from './lapse-items.ts';
import type { RecordKeys } from './ports/records.ts';
import type { enforceRemoval } from './removal/enforce-removal.ts';
import type { verifyRemoval } from './removal/verify-removal.ts';
import type { settlePromise } from './settle-promise.ts';
import type { advanceCampaign } from './steer-campaign.ts';
import type { tellDesk } from './tell-desk.ts';
import type { Work } from './work.ts';

/** The use cases workers call. */
export interface Workers {
  readonly advanceCampaign: ReturnType<typeof advanceCampaign>;
  readonly chaseDocket: ReturnType<typeof chaseDocket>;
  readonly lapseDocket: ReturnType<typeof lapseDocket>;
  readonly showImpact: ReturnType<typeof showImpact>;
  readonly enforceRemoval: ReturnType<typeof enforceRemoval>;
  readonly verifyRemoval: ReturnType<typeof verifyRemoval>;
  readonly settlePromise: ReturnType<typeof settlePromise>;
  readonly endException: ReturnType<typeof endException>;
  readonly openForEvents: ReturnType<typeof openForEvents>;
  readonly notePeopleGone: ReturnType<typeof notePeopleGone>;
  /** Reads on in the list of Slack's members. */
  readonly readSlackMembers: (key: RecordKeys['slack-members']) => Promise<string>;
  readonly tellDesk: ReturnType<typeof tellDesk>;
}

/** Does one piece of work; returns what came of it, in a word. */
export function doWork(workers: Workers) {
  return async (work: Work): Promise<string> => {
    switch (work.work) {
      case 'advance-campaign':
        return workers.advanceCampaign(work.key);
      case 'chase-docket':
        return workers.chaseDocket(work.key);
      case 'lapse-docket':
        return `${await workers.lapseDocket(work.key)} lapsed`;
      case 'show-impact':
        return `${await workers.showImpact(work.key)} replayed`;
      case 'enforce-removal':
        return workers.enforceRemoval(work.key);
      case 'verify-removal':
        return workers.verifyRemoval(work.key);
      case 'settle-promise':
        return workers.settlePromise(work.key);
      case 'end-exception':
        return workers.endException(work.key);
      case 'note-people-gone':
        return workers.notePeopleGone();
      case 'read-slack-members':
        return workers.readSlackMembers(work.key);
      case 'open-for-events':
        return workers.openForEvents(work.key);
      case 'tell-desk':
        return workers.tellDesk(work.key);
      default:
        return work satisfies never;
    }
  };
}
