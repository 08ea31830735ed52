// What the command asks of a running embedded stack, and how the stack answers: one JSON object a line.
import * as z from 'zod';
import { DecisionRequest } from '../../domain/review/decision.ts';
import { Instant } from '../../domain/time.ts';
import { PackScope } from '../../verification/pack/pack-files.ts';

const Name = z.string().min(1).max(1200);
const Reason = z.string().trim().min(1, 'please say why (--reason)').max(2000);
/** Who acts. Anybody may say they are anybody here, which is why it is attested as `local-demo`. */
const As = z.string().min(1).max(200);
/** A definition as read from a file; checked whole where it is used. */
const DefinitionText = z.strictObject({ where: z.string(), value: z.unknown() });

/** Everything that can be asked. */
export const ControlCommand = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('status') }),
  z.strictObject({ do: z.literal('down') }),
  z.strictObject({
    do: z.literal('clock'),
    /** How far, or until when; neither only tells the time. */
    byMs: z
      .int()
      .positive()
      .max(10 * 366 * 86_400_000)
      .optional(),
    to: Instant.optional(),
  }),
  z.strictObject({ do: z.literal('collect'), connectors: z.array(Name).max(50) }),
  z.strictObject({ do: z.literal('identities'), where: z.string().optional() }),
  z.strictObject({ do: z.literal('identity'), called: Name }),
  z.strictObject({ do: z.literal('preview'), definitionId: Name }),
  z.strictObject({ do: z.literal('preview-file'), definition: DefinitionText }),
  z.strictObject({
    do: z.literal('launch'),
    definitionId: Name,
    campaignId: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,95}$/)
      .optional(),
    as: As,
  }),
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
    as: As,
  }),
  z.strictObject({ do: z.literal('inboxes') }),
  z.strictObject({ do: z.literal('inbox'), as: As }),
  z.strictObject({ do: z.literal('decide'), item: Name, request: DecisionRequest, as: As }),
  z.strictObject({ do: z.literal('approve'), item: Name, agree: z.boolean(), reason: z.string(), as: As }),
  z.strictObject({ do: z.literal('removals'), campaignId: Name.optional() }),
  z.strictObject({
    do: z.literal('steer-removal'),
    removalId: Name,
    act: z.enum(['approve', 'hold', 'restore']),
    reason: Reason,
    as: As,
  }),
  z.strictObject({ do: z.literal('verify-removal'), removalId: Name }),
  /** `out` is a path of this machine: a directory, or a zip by its name. */
  z.strictObject({ do: z.literal('export-evidence'), scope: PackScope, out: z.string().min(1).max(4096) }),
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
    as: As,
  }),
  z.strictObject({ do: z.literal('controls'), campaignId: Name }),
  z.strictObject({ do: z.literal('roles') }),
  z.strictObject({ do: z.literal('confirm-roles'), person: As.optional(), as: As, approvedBy: As }),
  z.strictObject({ do: z.literal('definition-in-force'), definitionId: Name }),
  z.strictObject({ do: z.literal('apply'), definition: DefinitionText, as: As, approvedBy: As }),
  z.strictObject({
    do: z.literal('switch'),
    act: z.enum(['stop', 'start']),
    reason: Reason,
    as: As,
    approvedBy: As.optional(),
  }),
]);
export type ControlCommand = z.infer<typeof ControlCommand>;

/** Name of a command. */
export type ControlVerb = ControlCommand['do'];

/** One command of that name. */
export type CommandOf<V extends ControlVerb> = Extract<ControlCommand, { do: V }>;

/** A request: sent twice under one id, an act counts once. */
export const ControlRequest = z.strictObject({ requestId: z.uuid(), command: ControlCommand });
export type ControlRequest = z.infer<typeof ControlRequest>;

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

/** How a running stack is found: `local.json` in its data folder, readable by its owner only. */
export const LocalPointer = z.strictObject({
  schemaVersion: z.literal(1),
  url: z.url(),
  /** Whoever has it may do anything to this stack. */
  token: z.string().min(32),
  pid: z.int().positive(),
});
export type LocalPointer = z.infer<typeof LocalPointer>;

/** File name of the pointer. */
export const POINTER_FILE = 'local.json';
