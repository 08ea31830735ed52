// What the command asks of a running embedded stack besides what every installation knows, and how the stack is found.
import * as z from 'zod';
import { Instant } from '../../domain/time.ts';
import { As, Name, NewCampaignId, RequestId, SharedCommand } from '../../runtime/control/protocol.ts';
import { PackScope } from '../../verification/pack/pack-files.ts';

/** Everything that can be asked of the embedded stack. */
export const LocalCommand = z.discriminatedUnion('do', [
  ...SharedCommand.options,
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
  z.strictObject({
    do: z.literal('launch'),
    definitionId: Name,
    campaignId: NewCampaignId.optional(),
    as: As.optional(),
  }),
  /** `out` is a path of this machine: a directory, or a zip by its name. */
  z.strictObject({ do: z.literal('export-evidence'), scope: PackScope, out: z.string().min(1).max(4096) }),
]);
export type LocalCommand = z.infer<typeof LocalCommand>;

/** Name of a command. */
export type LocalVerb = LocalCommand['do'];

/** One command of that name. */
export type LocalCommandOf<V extends LocalVerb> = Extract<LocalCommand, { do: V }>;

/** A request of the embedded stack. */
export const LocalRequest = z.strictObject({ requestId: RequestId, command: LocalCommand });
export type LocalRequest = z.infer<typeof LocalRequest>;

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
