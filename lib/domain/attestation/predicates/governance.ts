// Facts about Countersign itself: its rules, its roles, its releases, its keys, its pulse.
import * as z from 'zod';
import { Instant } from '../../time.ts';
import { common } from './common.ts';

/** A definition was applied [subject: the definition file]. Author and approver differ. */
export const DefinitionChangedPredicate = z.strictObject({
  ...common,
  definitionId: z.string(),
  definitionVersion: z.int(),
  author: z.string(),
  approver: z.string(),
  /** Digest of the definition it replaces; absent for the first. */
  replaces: z.string().optional(),
  diffDigest: z.string(),
  effectiveFrom: Instant,
});

/**
 * Enforcement changed mode for a connector and tier, `*` for every one [subject: the definition file; for the global
 * stop, the switch's state].
 */
export const ModeChangedPredicate = z.strictObject({
  ...common,
  connector: z.string(),
  tier: z.string(),
  from: z.enum(['shadow', 'armed', 'stopped']),
  to: z.enum(['shadow', 'armed', 'stopped']),
  approvers: z.array(z.string()),
  why: z.string(),
});

/** A role in the tool was granted or taken away [subject: the directory's digest]. */
export const RoleGrantedPredicate = z.strictObject({
  ...common,
  person: z.string(),
  role: z.string(),
  granted: z.boolean(),
  /** Absent for what was found at installation, when there was nobody yet who could have approved it. */
  approver: z.string().optional(),
});

/** A release was deployed [subject: the release manifest]. */
export const ToolChangedPredicate = z.strictObject({
  ...common,
  commit: z.string(),
  bundles: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
});

/** A signing key took over from another [subject: the new public key, DER]. Signed by the old one. */
export const KeyTransitionPredicate = z.strictObject({
  ...common,
  use: z.enum(['attestation', 'log']),
  fromKeyId: z.string(),
  toKeyId: z.string(),
});

/** The service was alive [subject: the last checkpoint's text]. */
export const HeartbeatPredicate = z.strictObject({ ...common, logSize: z.int() });
