// From what the reviewer was shown to what is there now, by the id that Roles Anywhere gave it.
import * as z from 'zod';
import type { Located, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { LastUse } from '../../domain/identity/credential.ts';
import type { Instant } from '../../domain/time.ts';
import { chosenCredential } from '../aws/acts.ts';
import type { Anywhere } from './anywhere.ts';
import { credentialIdOf } from './identities.ts';
import { manifest } from './manifest.ts';
import { Id, type Profile, type Subject } from './schema.ts';
import type { SubjectState, SwitchState } from './target-state.ts';

/** What locating works with. */
export interface LocateParts {
  readonly anywhere: Anywhere;
  readonly now: () => Instant;
}

/** Session length of a profile that does not say, in seconds. */
const USUAL_SESSION_SECONDS = 3_600;
/** Longest session any profile may give, in seconds (CreateSession, durationSeconds). */
const LONGEST_SESSION_SECONDS = 43_200;

const NativeId = z.templateLiteral([
  z.string().regex(/^[a-z0-9-]+$/),
  '/',
  z.enum(['profile', 'trust-anchor', 'subject']),
  '/',
  Id,
]);

/** Reads the target's present state. @throws RefusedError NOT_FOUND for a credential it does not have */
export async function locateTarget(parts: LocateParts, target: RemovalTarget): Promise<Located> {
  const credential = chosenCredential(target);
  const { identityId, reviewed } = target;
  if (!NativeId.safeParse(reviewed.nativeId).success) {
    const message = `${manifest.id}: ${reviewed.kind} ${identityId} is not switched off here`;
    throw new RefusedError({ code: 'NOT_SUPPORTED', message });
  }
  const [region = '', what = '', id = ''] = reviewed.nativeId.split('/');
  if (what === 'profile') return locateProfile(parts, region, id);
  if (what === 'trust-anchor') return locateAnchor(parts, region, id);
  return locateSubject(parts, region, id, credential?.credentialId);
}

const NO_USE: LastUse = { state: 'unknown', lookedIn: ['Roles Anywhere (records use by subject)'] };

async function locateProfile({ anywhere, now }: LocateParts, region: string, id: string): Promise<Located> {
  const profile = await anywhere.profile(region, id);
  if (!profile) return { found: 'vanished', reason: `there is no profile ${id} in ${region} any more` };
  const detail: SwitchState = {
    target: 'profile',
    region,
    id,
    enabled: profile.enabled,
    longestSessionSeconds: sessionSecondsOf(profile),
  };
  const label = `profile ${profile.name} (${id}) in ${region}`;
  return found(label, profile.enabled, NO_USE, now(), detail);
}

function sessionSecondsOf({ durationSeconds }: Profile): number {
  return durationSeconds && durationSeconds > 0 ? durationSeconds : USUAL_SESSION_SECONDS;
}

async function locateAnchor({ anywhere, now }: LocateParts, region: string, id: string): Promise<Located> {
  const anchor = await anywhere.trustAnchor(region, id);
  if (!anchor) return { found: 'vanished', reason: `there is no trust anchor ${id} in ${region} any more` };
  const detail: SwitchState = {
    target: 'trust-anchor',
    region,
    id,
    enabled: anchor.enabled,
    longestSessionSeconds: LONGEST_SESSION_SECONDS,
  };
  const label = `trust anchor ${anchor.name} (${id}) in ${region}`;
  return found(label, anchor.enabled, NO_USE, now(), detail);
}

async function locateSubject(
  { anywhere, now }: LocateParts,
  region: string,
  id: string,
  credentialId: string | undefined,
): Promise<Located> {
  const subject = await anywhere.subject(region, id);
  if (!subject) return { found: 'vanished', reason: `there is no subject ${id} in ${region} any more` };
  const certificates = certificatesOf(subject).filter((each) => (credentialId ?? each.id) === each.id);
  if (credentialId !== undefined && certificates.length === 0) {
    return {
      found: 'vanished',
      reason: `subject ${id} in ${region} has no certificate ${credentialId} any more`,
    };
  }
  const lastUse: LastUse = subject.lastSeenAt
    ? { state: 'used', at: subject.lastSeenAt, source: 'Roles Anywhere lastSeenAt' }
    : NO_USE;
  const detail: SubjectState = { target: 'subject', region, id, certificates };
  const enabled = certificates.some((each) => each.enabled);
  return found(`subject ${subject.x509Subject} (${id}) in ${region}`, enabled, lastUse, now(), detail);
}

/** Certificates of a subject by the ids the reviewer was shown, and whether they are let in. */
export function certificatesOf({ credentials }: Subject): SubjectState['certificates'] {
  return credentials.map((each, _at, all) => ({ id: credentialIdOf(each, all), enabled: each.enabled }));
}

function found(
  label: string,
  enabled: boolean,
  lastUse: LastUse,
  observedAt: Instant,
  detail: SwitchState | SubjectState,
): Located {
  return { found: 'one', state: { label, enabled, lastUse, observedAt, detail } };
}
