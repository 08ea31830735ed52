// What the command asks of a deployed installation besides what every installation knows: whatever takes longer than an
// HTTP API waits is started here and looked after with other commands.
import * as z from 'zod';
import { Instant } from '../../domain/time.ts';
import { PackManifest, PackScope } from '../../verification/pack/pack-files.ts';
import { As, ErrorFamily, Name, NewCampaignId, RequestId, SharedCommand } from './protocol.ts';

/** Id of a pack that is being made. */
export const PackId = z.string().regex(/^pack-[0-9a-f]{24}$/);

/** Everything that can be asked of a deployed installation. */
export const InstallationCommand = z.discriminatedUnion('do', [
  ...SharedCommand.options,
  z.strictObject({
    do: z.literal('start-launch'),
    definitionId: Name,
    campaignId: NewCampaignId.optional(),
    as: As.optional(),
  }),
  z.strictObject({ do: z.literal('start-collect'), connectors: z.array(Name).max(50) }),
  /** The newest reading of every connector and scope. */
  z.strictObject({ do: z.literal('collections') }),
  z.strictObject({ do: z.literal('start-export'), scope: PackScope }),
  /** How far a pack is; once it is there, from where to fetch it. */
  z.strictObject({ do: z.literal('pack'), packId: PackId }),
]);
export type InstallationCommand = z.infer<typeof InstallationCommand>;

/** Name of a command. */
export type InstallationVerb = InstallationCommand['do'];

/** One command of that name. */
export type InstallationCommandOf<V extends InstallationVerb> = Extract<InstallationCommand, { do: V }>;

/** A request of a deployed installation. */
export const InstallationRequest = z.strictObject({ requestId: RequestId, command: InstallationCommand });
export type InstallationRequest = z.infer<typeof InstallationRequest>;

/** What the function that exports is asked for. */
export const ExportEvent = z.strictObject({
  packId: PackId,
  scope: PackScope,
  /** Person id. */
  requestedBy: z.string().min(1),
});
export type ExportEvent = z.infer<typeof ExportEvent>;

/** What lies beside a pack: how far it is. */
export const PackStatus = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('making'), requestedBy: z.string(), at: Instant }),
  z.strictObject({
    state: z.literal('done'),
    at: Instant,
    manifest: PackManifest,
    /** SHA-256 (lowercase hex) of the zip. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.int().nonnegative(),
  }),
  z.strictObject({
    state: z.literal('failed'),
    at: Instant,
    family: ErrorFamily,
    code: z.string(),
    message: z.string(),
  }),
]);
export type PackStatus = z.infer<typeof PackStatus>;
