// What the pulse measures, by the names CloudWatch knows it by: the function that writes them, alarms and dashboard agree.

/** When somebody must look at a metric. */
export interface PulseAlarm {
  /** End of the alarm's name. */
  readonly id: string;
  /** What happened, in a few words. */
  readonly title: string;
  /** Anchor of its section in docs/runbook.md. */
  readonly anchor: string;
  /** Why somebody must look. */
  readonly why: string;
  /** It goes off at this value or above. */
  readonly atLeast: number;
  /** Minutes that one look covers: those of metrics that are counted rarely are long. */
  readonly periodMinutes: number;
  /** In so many periods in a row. */
  readonly periods: number;
}

/** One metric. */
export interface PulseMetricEntry {
  readonly unit: 'Count' | 'Seconds';
  /** What the number is, without a full stop. */
  readonly is: string;
  /** `always`: with every pulse. `whole`: when campaigns are counted through, once an hour or rarer. */
  readonly taken: 'always' | 'whole';
  readonly alarm?: PulseAlarm;
}

const HOUR_S = 3_600;
const soon = { periodMinutes: 5, periods: 3 } as const;
/** Covers the rarest count there is. */
const counted = { periodMinutes: 360, periods: 1 } as const;

/** Every metric of the pulse, in the order of the dashboard. */
export const PULSE_METRICS = {
  HeadAge: {
    unit: 'Seconds',
    is: 'since the head of the log was sealed',
    taken: 'always',
    alarm: {
      id: 'head-stale',
      title: 'The log has stopped growing',
      anchor: 'head-stale',
      why: 'It grows every hour, if only by a heartbeat. What people decide is kept, but not sealed or witnessed.',
      atLeast: 2 * HOUR_S,
      ...soon,
    },
  },
  HeartbeatAge: {
    unit: 'Seconds',
    is: 'since the last heartbeat was attested, at most six hours',
    taken: 'always',
  },
  InboxDepth: {
    unit: 'Count',
    is: 'attestations that wait to be sealed, counted up to 1,600',
    taken: 'always',
  },
  OldestInboxAge: {
    unit: 'Seconds',
    is: 'age of the oldest attestation that waits to be sealed',
    taken: 'always',
    alarm: {
      id: 'inbox-deep',
      title: 'Attestations wait to be sealed',
      anchor: 'inbox-deep',
      why: 'Nothing is lost, but nobody outside can check yet that it was there at the time.',
      atLeast: HOUR_S,
      ...soon,
    },
  },
  DueBacklog: {
    unit: 'Count',
    is: 'pieces of work due for more than ten minutes, counted up to 1,600',
    taken: 'always',
  },
  OldestDueAge: {
    unit: 'Seconds',
    is: 'age of the oldest piece of work that is due for more than ten minutes',
    taken: 'always',
    alarm: {
      id: 'due-work-late',
      title: 'Due work is not done',
      anchor: 'due-work-late',
      why: 'Reminders, switch-offs or checks come late, and the deadlines people were told are not kept.',
      atLeast: HOUR_S,
      ...soon,
    },
  },
  StuckOpenings: {
    unit: 'Count',
    is: 'campaigns that have been opening for more than an hour',
    taken: 'always',
    alarm: {
      id: 'opening-stuck',
      title: 'A campaign does not get open',
      anchor: 'opening-failed',
      why: 'Nobody is asked about the identities of that campaign.',
      atLeast: 1,
      ...soon,
    },
  },
  UnclosedCampaigns: {
    unit: 'Count',
    is: 'campaigns that should have been closed more than an hour ago',
    taken: 'always',
    alarm: {
      id: 'campaign-unclosed',
      title: 'A campaign is past its close',
      anchor: 'campaign-unclosed',
      why: 'A campaign always closes at its day. This one has no reconciliation an auditor could read.',
      atLeast: 1,
      ...soon,
    },
  },
  EnforcementStopped: {
    unit: 'Count',
    is: '1 while the switch has stopped every removal',
    taken: 'always',
    alarm: {
      id: 'enforcement-stopped',
      title: 'Nothing has been switched off for a day',
      anchor: 'stop-switch',
      why: 'Somebody stopped all removals. Access that nobody vouches for stays on until it is started again.',
      atLeast: 1,
      periodMinutes: 60,
      periods: 24,
    },
  },
  OldestInventoryAge: {
    unit: 'Seconds',
    is: 'age of the oldest of the newest inventories',
    taken: 'always',
    alarm: {
      id: 'inventory-stale',
      title: 'An inventory is old',
      anchor: 'inventory-stale',
      why: 'Nothing is switched off on an old inventory, and new identities are not seen.',
      atLeast: 48 * HOUR_S,
      ...soon,
    },
  },
  PartialInventories: {
    unit: 'Count',
    is: 'newest inventories that are partial',
    taken: 'always',
    alarm: {
      id: 'inventory-partial',
      title: 'An inventory is partial',
      anchor: 'inventory-stale',
      why: 'A source was not read to its end. Nothing is switched off on it, and it may lack identities.',
      atLeast: 1,
      periodMinutes: 60,
      periods: 24,
    },
  },
  Identities: { unit: 'Count', is: 'identities in the newest inventories', taken: 'always' },
  LiveCampaigns: { unit: 'Count', is: 'campaigns that are not closed', taken: 'always' },
  WaitingDockets: { unit: 'Count', is: 'dockets with something open', taken: 'whole' },
  OpenItems: { unit: 'Count', is: 'items nobody has answered', taken: 'whole' },
  OverdueItems: {
    unit: 'Count',
    is: 'of them, items of campaigns whose due date has passed',
    taken: 'whole',
  },
  LateDockets: {
    unit: 'Count',
    is: 'dockets still open an hour after the end of grace',
    taken: 'whole',
    alarm: {
      id: 'overdue',
      title: 'Silence was not recorded',
      anchor: 'overdue',
      why: 'Grace is over, and what nobody answered for is still on the reviewer’s desk and still switched on.',
      atLeast: 1,
      ...counted,
    },
  },
  UntoldDockets: {
    unit: 'Count',
    is: 'open dockets whose reviewer no notice has reached, on any channel',
    taken: 'whole',
    alarm: {
      id: 'undelivered',
      title: 'Reviewers could not be told',
      anchor: 'undelivered',
      why: 'Somebody else was told in their place, or nobody: then nothing of theirs is switched off.',
      atLeast: 1,
      ...counted,
    },
  },
  HeldRemovals: { unit: 'Count', is: 'removals on hold', taken: 'whole' },
  OldestHoldAge: {
    unit: 'Seconds',
    is: 'age of the oldest hold that has not ended',
    taken: 'whole',
    alarm: {
      id: 'held',
      title: 'A removal has been on hold for a week',
      anchor: 'held',
      why: 'Access that should be off is on, and waits for a person.',
      atLeast: 7 * 24 * HOUR_S,
      ...counted,
    },
  },
  FailedRemovals: {
    unit: 'Count',
    is: 'removals that could not be carried out',
    taken: 'whole',
    alarm: {
      id: 'removal-failed',
      title: 'A removal could not be carried out',
      anchor: 'removal-failed',
      why: 'Access that should be off may be on.',
      atLeast: 1,
      ...counted,
    },
  },
  ManualRemovals: { unit: 'Count', is: 'removals that wait for a person to do them by hand', taken: 'whole' },
  UncheckedRemovals: {
    unit: 'Count',
    is: 'removals whose effect could not be checked (level unchecked)',
    taken: 'whole',
  },
  FailedVerifications: {
    unit: 'Count',
    is: 'switched-off targets that were found not to be off, drift left out',
    taken: 'whole',
    alarm: {
      id: 'verification-failed',
      title: 'Something switched off is not off',
      anchor: 'verification-failed',
      why: 'The record says that access was taken away, and it was not.',
      atLeast: 1,
      ...counted,
    },
  },
  DriftedRemovals: {
    unit: 'Count',
    is: 'switched-off targets found switched on again within the last day',
    taken: 'whole',
    alarm: {
      id: 'drift',
      title: 'Something was switched on again',
      anchor: 'drift',
      why: 'Somebody or some pipeline undid a removal outside Countersign.',
      atLeast: 1,
      ...counted,
    },
  },
} as const satisfies Readonly<Record<string, PulseMetricEntry>>;

/** Name of a metric of the pulse. */
export type PulseMetric = keyof typeof PULSE_METRICS;

/** Every name, in order. */
export const PULSE_METRIC_NAMES = Object.keys(PULSE_METRICS) as PulseMetric[];

/** One metric's entry. */
export function pulseMetric(name: PulseMetric): PulseMetricEntry {
  return PULSE_METRICS[name];
}
