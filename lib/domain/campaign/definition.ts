// A campaign template, as code: scope, cadence, reviewers, chase ladder, decision rules, enforcement, controls.
import * as z from 'zod';
import { RiskTier } from '../identity/risk-tier.ts';
import { Instant } from '../time.ts';
import { EventCause } from './event.ts';

const tierDays = (critical: number, high: number, medium: number, low: number) =>
  z
    .strictObject({
      critical: z.int().positive().default(critical),
      high: z.int().positive().default(high),
      medium: z.int().positive().default(medium),
      low: z.int().positive().default(low),
    })
    .prefault({});

/** Channels a notice can go by. */
export const Channel = z.enum(['slack', 'email']);
export type Channel = z.infer<typeof Channel>;

/** Who a rung speaks to; each audience includes the ones before it in the ladder's order of growth. */
export const Audience = z.enum([
  'reviewer',
  'backup',
  'manager',
  'group',
  'fallback',
  'security',
  'security-channel',
]);
export type Audience = z.infer<typeof Audience>;

/** One step of the chase ladder. */
export const Rung = z.strictObject({
  rungId: z.string().regex(/^[a-z0-9-]{1,32}$/),
  /**
   * Days after opening (`from: opening`), or relative to the due date (`from: due`) or to the end of grace
   * (`from: grace-end`), negative = before. A last call hangs on the end of grace.
   */
  from: z.enum(['opening', 'due', 'grace-end']),
  days: z.int().min(-365).max(365),
  /** Repeat daily until this many days after the due date; absent = once. */
  dailyUntilDays: z.int().min(0).max(60).optional(),
  channels: z.array(Channel).min(1),
  audience: z.array(Audience).min(1),
  /** The last call before switch-off: outside the one-digest-a-day cap. */
  warning: z.boolean().default(false),
  /** Only for dockets with an open item of one of these tiers; absent = all. */
  tiers: z.array(RiskTier).min(1).optional(),
});
export type Rung = z.infer<typeof Rung>;

/**
 * The ladder of a definition that names none, as it is written into the definition: part of the bytes that its digest is
 * made of, so it stays as it is. What is climbed instead says `ladderOf`.
 */
export const DEFAULT_LADDER: readonly Rung[] = [
  {
    rungId: 'open',
    from: 'opening',
    days: 0,
    channels: ['slack', 'email'],
    audience: ['reviewer'],
    warning: false,
  },
  {
    rungId: 'week-before',
    from: 'due',
    days: -7,
    channels: ['slack'],
    audience: ['reviewer'],
    warning: false,
  },
  {
    rungId: 'two-days-before',
    from: 'due',
    days: -2,
    channels: ['slack', 'email'],
    audience: ['reviewer', 'backup'],
    warning: false,
  },
  {
    rungId: 'due-day',
    from: 'due',
    days: 0,
    channels: ['slack'],
    audience: ['reviewer', 'backup'],
    warning: false,
  },
  {
    rungId: 'grace',
    from: 'due',
    days: 1,
    dailyUntilDays: 5,
    channels: ['slack'],
    audience: ['reviewer', 'backup', 'manager'],
    warning: false,
  },
  {
    rungId: 'last-call',
    from: 'due',
    days: 4,
    channels: ['slack', 'email'],
    audience: ['reviewer', 'backup', 'manager', 'fallback'],
    warning: true,
  },
];

/** The longest grace there is, and then some: days that a rung repeated in grace goes on for. */
const ALL_OF_GRACE_DAYS = 60;

/** What the default ladder stands for: open, −7 d, −2 d, due day, daily as long as grace lasts, last call the day before it ends. */
const DEFAULT_CLIMB: readonly Rung[] = DEFAULT_LADDER.map((rung) => {
  if (rung.warning) return { ...rung, from: 'grace-end', days: -1 };
  return rung.dailyUntilDays === undefined ? rung : { ...rung, dailyUntilDays: ALL_OF_GRACE_DAYS };
});

const nameOf = (ladder: readonly Rung[]): string =>
  JSON.stringify(
    ladder.map(({ rungId, from, days, dailyUntilDays = null, channels, audience, warning, tiers = null }) => {
      return [rungId, from, days, dailyUntilDays, channels, audience, warning, tiers];
    }),
  );
const DEFAULT_NAME = nameOf(DEFAULT_LADDER);

/** The rungs that are climbed: the definition's own, or what the default ladder stands for. */
export function ladderOf({ ladder }: Pick<Definition, 'ladder'>): readonly Rung[] {
  return nameOf(ladder) === DEFAULT_NAME ? DEFAULT_CLIMB : ladder;
}

/** Whether removals act or only say what they would have done. */
export const EnforcementMode = z.enum(['shadow', 'armed']);
export type EnforcementMode = z.infer<typeof EnforcementMode>;

/** Limit on removals; whichever of count and percent is lower holds the rest for a second person. */
export const Cap = z.strictObject({
  per: z.enum(['campaign', 'connector', 'owner', 'day']),
  count: z.int().positive().optional(),
  /** Of the campaign's included population (per campaign, day) or of the connector's or owner's part of it. */
  percent: z.number().positive().max(100).optional(),
});
export type Cap = z.infer<typeof Cap>;

/** A campaign definition (YAML, `apiVersion: countersign.dev/v1`). Unknown keys are refused. */
export const Definition = z.strictObject({
  apiVersion: z.literal('countersign.dev/v1'),
  definitionId: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  version: z.int().positive(),
  title: z.string().min(1).max(120),
  purpose: z.string().max(1000).default(''),
  /** Control ids served, for example `pci-dss-4.0.1/7.2.5.1`. */
  controls: z.array(z.string().regex(/^[a-z0-9.-]+\/[A-Za-z0-9.:()-]+$/)).default([]),
  /** Targeted risk analysis behind the frequency (PCI DSS 12.3.1). */
  tra: z.strictObject({ id: z.string(), approvedAt: Instant, cadence: z.string() }).optional(),
  scope: z
    .strictObject({
      /** CEL over `identity`; true = in scope. */
      where: z.string().default('true'),
      /** `due`: only identities whose standing needs restoring; `all`: everyone the expression admits. */
      include: z.enum(['all', 'due']).default('all'),
      exclude: z.array(z.strictObject({ where: z.string(), reason: z.string().min(1) })).default([]),
    })
    .prefault({}),
  /** How long a keep is good for, in days per tier. */
  validityDays: tierDays(30, 90, 180, 365),
  schedule: z.strictObject({ cron: z.string(), timeZone: z.string() }).optional(),
  timeline: z
    .strictObject({
      reviewDays: z.int().min(1).max(120).default(21),
      graceDays: z.int().min(0).max(30).default(5),
      /** Days from the end of grace to `closeBy`. */
      closeAfterDays: z.int().min(1).max(60).default(21),
    })
    .prefault({}),
  /** Reviews of single identities because of what happened to them, between the campaigns; absent = none. */
  events: z
    .strictObject({
      /** What opens one; absent = everything. */
      kinds: z.array(EventCause).min(1).optional(),
      /** Days for the answers; absent = as in its campaigns. What is first seen is due within 5 business days. */
      reviewDays: z.int().min(1).max(120).optional(),
    })
    .optional(),
  reviewers: z.strictObject({
    /** Team or person who is told when nobody else can be; may revoke or except ≤ 30 d, never certify. */
    fallback: z.string().min(1),
    /** The compliance manager told of holds, undelivered notices and findings. */
    manager: z.string().min(1),
    /** Second approvers for tiers that need one, from outside the owner's team. */
    approvers: z.string().min(1),
    /** Risk acceptors for exceptions and holds. */
    riskAcceptors: z.string().min(1),
    secondApproverTiers: z.array(RiskTier).default(['critical']),
    /** Tiers where the creator, grantor or reader of the secret may not certify. */
    independenceTiers: z.array(RiskTier).default(['critical', 'high']),
    delegateTo: z.array(z.string()).default([]),
  }),
  ladder: z
    .array(Rung)
    .min(1)
    .default([...DEFAULT_LADDER]),
  decisions: z
    .strictObject({
      reasonRequiredTiers: z.array(RiskTier).default(['critical', 'high']),
      bulkTiers: z.array(RiskTier).default(['medium', 'low']),
      promiseMaxDays: z.int().min(1).max(30).default(30),
      exceptionMaxDays: tierDays(30, 90, 90, 90),
      exceptionRenewals: z.int().min(0).max(2).default(2),
    })
    .prefault({}),
  /** Random second looks at keeps of a reviewer whose pattern of answers shows this many signs; absent = none. */
  sampling: z
    .strictObject({
      /** Signs that have to come together. Decision time alone is never enough. */
      signs: z.int().min(2).max(4).default(2),
      /** Percent of the reviewer's keeps in the campaign, rounded up. */
      percent: z.number().positive().max(100).default(10),
      max: z.int().min(1).max(50).default(5),
    })
    .optional(),
  noResponse: z.enum(['disable', 'accept-recommendation', 'report-only']).default('disable'),
  enforcement: z
    .strictObject({
      defaultMode: EnforcementMode.default('shadow'),
      modes: z
        .array(z.strictObject({ connector: z.string(), tier: RiskTier.optional(), mode: EnforcementMode }))
        .default([]),
      caps: z.array(Cap).default([{ per: 'campaign', count: 50, percent: 20 }]),
      /** CEL over `identity`: never switched off automatically. */
      protect: z.array(z.strictObject({ where: z.string(), reason: z.string().min(1) })).default([]),
      /** Working days and hours in which nothing is switched off. */
      freezes: z.array(z.strictObject({ from: Instant, until: Instant, reason: z.string() })).default([]),
      quarantineDays: z.int().min(30).max(365).default(30),
      /** Inventory older than this never leads to a removal. */
      inventoryMaxAgeHours: z.int().min(1).max(168).default(24),
      holdDays: z.int().min(1).max(14).default(7),
      /** When a target may be switched off; absent = at any time. */
      businessHours: z
        .strictObject({
          timeZone: z.string().min(1),
          /** ISO weekdays, 1 = Monday. */
          weekdays: z.array(z.int().min(1).max(7)).min(1),
          startMinute: z.int().min(0).max(1439),
          endMinute: z.int().min(1).max(1440),
          holidays: z.array(z.string().regex(/^\d{4}-\d{2}-\d{2}$/)).optional(),
        })
        .optional(),
      /** Days of every week or month on which nothing is switched off, in the time zone of the business hours, else UTC. */
      recurringFreezes: z
        .array(
          z.strictObject({
            weekdays: z.array(z.int().min(1).max(7)).optional(),
            monthDays: z.array(z.int().min(1).max(31)).optional(),
            reason: z.string().min(1),
          }),
        )
        .optional(),
      /** Short switch-offs of growing length before the real one, in these tiers; minutes default to 5, 60 and 480. */
      screamTest: z
        .strictObject({
          tiers: z.array(RiskTier).min(1),
          minutes: z.array(z.int().min(1).max(1440)).min(1).max(3).optional(),
        })
        .optional(),
      /** Days of logs replayed before a switch-off; 90 when absent. */
      impactDays: z.int().min(1).max(90).optional(),
      /** From so many consumers on, a second person has to agree; 2 when absent. */
      sharedConsumersFrom: z.int().min(2).optional(),
      /** Business days of warning before a switch-off that nobody's silence caused; 2 when absent. */
      warnDays: z.int().min(0).max(30).optional(),
      /** Days of later logs that have to be quiet before a switch-off is called proven; 7 when absent. */
      proofWindowDays: z.int().min(1).max(90).optional(),
      /** Whether targets are deleted when quarantine ends (two people must have armed the connector). */
      deleteAfterQuarantine: z.boolean().default(false),
    })
    .prefault({}),
});
export type Definition = z.infer<typeof Definition>;

/** A definition as people write it, before defaults. */
export type DefinitionInput = z.input<typeof Definition>;

/** The mode that applies to a connector and tier: the most specific entry wins, `shadow` when none says otherwise. */
export function modeFor(definition: Definition, connector: string, tier: RiskTier): EnforcementMode {
  const { modes, defaultMode } = definition.enforcement;
  const exact = modes.find((entry) => entry.connector === connector && entry.tier === tier);
  const general = modes.find((entry) => entry.connector === connector && entry.tier === undefined);
  return (exact ?? general)?.mode ?? defaultMode;
}
