// What the command asks of an installation, and how it answers: one JSON object a line.
import * as z from 'zod';
import { RiskTier } from '../../domain/identity/risk-tier.ts';
import { DecisionRequest } from '../../domain/review/decision.ts';
import { Instant } from '../../domain/time.ts';

/** A name: of an identity, an item, a campaign, a connector. */
export const Name = z.string().min(1).max(1200);
/** Id of a campaign that is yet to be. */
export const NewCampaignId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,95}$/);
const Reason = z.string().trim().min(1, 'please say why (--reason)').max(2000);
/** Who acts, where one says so: on the embedded stack only, which is why it is attested as `local-demo`. */
export const As = z.string().min(1).max(200);
/** A definition as read from a file; checked whole where it is used. */
const DefinitionText = z.strictObject({ where: z.string(), value: z.unknown() });
/** Acts that take two: the second person is named (`approvedBy`), or approves the first one's request (`approve`). */
const byTwo = {
  as: As.optional(),
  approvedBy: As.optional(),
  approve: z
    .string()
    .regex(/^rq-[0-9a-f]{24}$/, 'the id of a request (--approve rq-…)')
    .optional(),
};

/** Everything that can be asked of any installation. */
export const SharedCommand = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('time') }),
  z.strictObject({ do: z.literal('doctor') }),
  z.strictObject({ do: z.literal('identities'), where: z.string().optional() }),
  z.strictObject({ do: z.literal('identity'), called: Name }),
  z.strictObject({
    do: z.literal('report-exposure'),
    called: Name,
    credentialId: Name.optional(),
    source: Name,
    note: z.string().trim().min(1, 'please say what happened (--note)').max(2000),
    as: As.optional(),
  }),
  z.strictObject({ do: z.literal('preview'), definitionId: Name }),
  z.strictObject({ do: z.literal('preview-file'), definition: DefinitionText }),
  z.strictObject({ do: z.literal('campaigns') }),
  z.strictObject({ do: z.literal('campaign'), campaignId: Name }),
  z.strictObject({
    do: z.literal('steer'),
    campaignId: Name,
    steering: z.discriminatedUnion('act', [
      z.strictObject({ act: z.literal('hold'), reason: Reason }),
      z.strictObject({ act: z.literal('resume'), reason: Reason }),
      z.strictObject({ act: z.literal('cancel'), reason: Reason }),
      z.strictObject({ act: z.literal('extend'), days: z.int().min(1).max(120), reason: Reason }),
    ]),
    as: As.optional(),
  }),
  z.strictObject({ do: z.literal('inboxes') }),
  z.strictObject({ do: z.literal('inbox'), as: As.optional() }),
  z.strictObject({ do: z.literal('decide'), item: Name, request: DecisionRequest, as: As.optional() }),
  z.strictObject({
    do: z.literal('approve'),
    item: Name,
    agree: z.boolean(),
    reason: z.string(),
    as: As.optional(),
  }),
  z.strictObject({
    do: z.literal('delegate'),
    to: Name,
    /** Who has left or is away; absent: whoever asks. */
    for: Name.optional(),
    fromAt: Instant.optional(),
    until: Instant,
    reason: z.string().max(2000),
    as: As.optional(),
  }),
  z.strictObject({
    do: z.literal('end-delegation'),
    to: Name,
    for: Name.optional(),
    reason: z.string().max(2000),
    as: As.optional(),
  }),
  z.strictObject({ do: z.literal('removals'), campaignId: Name.optional() }),
  z.strictObject({
    do: z.literal('exceptions'),
    campaignId: Name.optional(),
    past: z.boolean().optional(),
  }),
  z.strictObject({ do: z.literal('removal'), removalId: Name, campaignId: Name.optional() }),
  z.strictObject({
    do: z.literal('steer-removal'),
    removalId: Name,
    /** Where it is looked for; absent: in every campaign, newest first. */
    campaignId: Name.optional(),
    act: z.enum(['approve', 'hold', 'restore', 'cancel', 'retry']),
    /** Of a restoration: it should not have been switched off. */
    wrong: z.boolean().optional(),
    reason: Reason,
    as: As.optional(),
  }),
  z.strictObject({ do: z.literal('verify-removal'), removalId: Name, campaignId: Name.optional() }),
  z.strictObject({
    do: z.literal('history'),
    identity: Name.optional(),
    person: As.optional(),
    campaignId: Name.optional(),
    control: Name.optional(),
    since: Instant.optional(),
    until: Instant.optional(),
    limit: z.int().min(1).max(1000),
    cursor: z.string().max(4096).optional(),
  }),
  z.strictObject({
    do: z.literal('acknowledge'),
    campaignId: Name,
    statement: z.string().trim().min(1).max(2000),
    as: As.optional(),
  }),
  z.strictObject({ do: z.literal('controls'), campaignId: Name }),
  z.strictObject({ do: z.literal('roles') }),
  z.strictObject({ do: z.literal('confirm-roles'), person: As.optional(), ...byTwo }),
  z.strictObject({ do: z.literal('definition-in-force'), definitionId: Name }),
  z.strictObject({ do: z.literal('apply'), definitions: z.array(DefinitionText).min(1).max(50), ...byTwo }),
  z.strictObject({ do: z.literal('revoke-links'), person: Name, as: As.optional() }),
  z.strictObject({ do: z.literal('switch'), act: z.enum(['stop', 'start']), reason: Reason, ...byTwo }),
  z.strictObject({ do: z.literal('enforcement') }),
  z.strictObject({
    do: z.literal('turn-enforcement'),
    act: z.enum(['arm', 'disarm']),
    connector: Name,
    tier: z.union([RiskTier, z.literal('*')]),
    reason: Reason,
    ...byTwo,
  }),
]);
export type SharedCommand = z.infer<typeof SharedCommand>;

/** Name of a command that every installation knows. */
export type SharedVerb = SharedCommand['do'];

/** One command of that name. */
export type CommandOf<V extends SharedVerb> = Extract<SharedCommand, { do: V }>;

/** A command's fields about the two people it takes. */
export type ByTwo = Pick<CommandOf<'apply'>, 'as' | 'approvedBy' | 'approve'>;

/** Id of a request: sent twice under one id, an act counts once. */
export const RequestId = z.uuid();

/** Who must act on an error, as the error families of the domain sort it. */
export const ErrorFamily = z.enum(['refused', 'invalid', 'upstream', 'integrity', 'conflict', 'unexpected']);
export type ErrorFamily = z.infer<typeof ErrorFamily>;

/** One line of an answer: any number of `progress`, then one `result` or `error`. */
export const ControlLine = z.union([
  z.strictObject({ progress: z.strictObject({ fraction: z.number(), label: z.string() }) }),
  z.strictObject({ result: z.unknown() }),
  z.strictObject({
    error: z.strictObject({ family: ErrorFamily, code: z.string(), message: z.string() }),
  }),
]);
export type ControlLine = z.infer<typeof ControlLine>;

/** An error as a line says it. */
export type ErrorLine = Extract<ControlLine, { error: unknown }>['error'];

/** Media type of answers: one JSON object a line. */
export const ANSWER_TYPE = 'application/x-ndjson';
