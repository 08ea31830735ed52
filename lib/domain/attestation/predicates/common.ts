// Fields shared by predicates.
import * as z from 'zod';
import { Instant } from '../../time.ts';
import { Actor } from '../actor.ts';

/** Every predicate carries these. */
export const common = {
  /** Digest of the build that recorded it. */
  build: z.string(),
  actor: Actor,
  /** Business time of the fact. */
  at: Instant,
} as const;

/** Predicates about a campaign carry these as well. */
export const inCampaign = {
  ...common,
  campaignId: z.string(),
  definitionDigest: z.string(),
} as const;

/** Predicates about one identity in a campaign carry these as well. */
export const aboutIdentity = {
  ...inCampaign,
  identityId: z.string(),
} as const;
