// The configuration of one installation: what `config/<stage>.yaml` may say. `config/example.yaml` explains every key.
import * as z from 'zod';
import { FUNCTION_NAMES } from '../../functions.ts';
import { Installation, InstalledConnector } from '../../installation.ts';
import { QUEUE_NAMES } from '../names.ts';
import { cronProblem } from './cron.ts';

/** Name of a stage, as the command line and file names have it. */
export const StageName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, '1 to 31 lowercase letters, digits and dashes, starting with a letter');

const Account = z.string().regex(/^\d{12}$/, '12 digits, in quotes');
const Region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1');

const TimeZone = z.string().refine(isTimeZone, 'expected an IANA time zone such as Europe/Berlin');

const Cron = z.string().superRefine((text, context) => {
  const problem = cronProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

const Schedule = z.strictObject({
  cron: Cron,
  timeZone: TimeZone,
  /** The schedule fires somewhere within that many minutes. */
  flexibleMinutes: z.int().min(0).max(1440).default(0),
});
export type Schedule = z.infer<typeof Schedule>;

const DefinitionId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'the id of a definition: lowercase letters, digits and dashes');

/** Days CloudWatch can keep logs for. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
export const LogDays = z.literal(LOG_DAYS);

const DomainOrAddress = z
  .string()
  .regex(
    /^([^\s@]+@)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i,
    'a domain (example.com) or an address (reviews@example.com)',
  );

const Mailbox = z
  .string()
  .regex(
    /^([^<>@]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
    'Name <address@domain>, or the address alone',
  );

const RoleName = z.string().regex(/^[\w+=,.@-]{1,64}$/, 'the name of an IAM role');
const LambdaArn = z
  .string()
  .regex(/^arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+$/, 'the ARN of a Lambda function');

/** Workers at once, by queue. Lambda takes 2 to 1,000. */
const Workers = z.partialRecord(z.enum(QUEUE_NAMES), z.int().min(2).max(1000));
/** Executions set aside for a function, which are also its limit. */
const Reserved = z.partialRecord(z.enum(FUNCTION_NAMES), z.int().min(1).max(1000));

const { slack: Slack, witnesses: Witnesses } = Installation.shape;

/** The configuration of one installation. */
export const StageConfig = z.strictObject({
  stage: StageName,
  account: Account.optional(),
  region: Region.optional(),
  log: z.strictObject({
    origin: z
      .string()
      .regex(/^[^\s+]{3,200}$/, 'a name without spaces and plus signs, such as reviews.example.com/ledger'),
  }),
  mail: z.strictObject({
    identity: DomainOrAddress,
    from: Mailbox,
    replyTo: z.email('an e-mail address').optional(),
    auditors: z.email('an e-mail address').optional(),
  }),
  slack: Slack,
  people: z.string().min(1),
  owners: z.string().min(1).optional(),
  codeowners: z.array(z.strictObject({ repository: z.string().min(1), file: z.string().min(1) })).default([]),
  catalog: z.array(z.string().min(1)).default([]),
  connectors: z.array(InstalledConnector).min(1),
  schedules: z.strictObject({
    collect: Schedule,
    campaigns: z.array(Schedule.extend({ definition: DefinitionId })).default([]),
  }),
  alarms: z.strictObject({ email: z.email('an e-mail address').optional() }).default({}),
  retention: z
    .strictObject({
      logDays: LogDays.default(400),
      lockedDays: z.int().min(1).max(36_500).default(2557),
      packDays: z.int().min(1).max(3650).default(30),
    })
    .prefault({}),
  concurrency: z
    .strictObject({
      reserved: Reserved.default({ 'seal-ledger': 2, 'enforce-removals': 4 }),
      workers: Workers.default({}),
    })
    .prefault({}),
  witnesses: Witnesses.element.extend({ functionArn: LambdaArn }).array().default([]),
  memberRole: z
    .strictObject({
      name: RoleName.default('countersign-member'),
      enforce: z.boolean().default(false),
    })
    .prefault({}),
});
export type StageConfig = z.infer<typeof StageConfig>;

/** The configuration of a witness: what `config/<name>.witness.yaml` may say. */
export const WitnessConfig = z.strictObject({
  name: StageName,
  account: Account.optional(),
  region: Region.optional(),
  /** The key's name on signature lines: `witness.example.com/w1`. */
  witness: z.string().regex(/^[^\s+]{3,200}$/, 'a name without spaces and plus signs'),
  log: z.strictObject({
    origin: z.string().min(3),
    /** Verifier keys of that log: one, or two while it changes keys. */
    keys: z.array(z.string().regex(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/, 'a verifier key')).min(1),
  }),
  /** Role of the function that seals the log, in the installation's account. */
  sealerRole: z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'the ARN of an IAM role'),
  alarms: z.strictObject({ email: z.email('an e-mail address').optional() }).default({}),
  retention: z.strictObject({ logDays: LogDays.default(400) }).prefault({}),
});
export type WitnessConfig = z.infer<typeof WitnessConfig>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
