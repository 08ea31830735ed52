// People and teams as the directory knows them. Looking someone up never trusts a name or an e-mail in a message.
import * as z from 'zod';
import { Instant } from '../time.ts';

/** What a person may do in Countersign besides answering for identities. */
export const Role = z.enum(['owner', 'compliance-manager', 'auditor', 'admin', 'security']);
export type Role = z.infer<typeof Role>;

/** Working hours in the person's own zone: minutes after midnight, ISO weekdays 1 (Monday) to 7. */
export const WorkingHours = z.strictObject({
  startMinute: z.int().min(0).max(1439),
  endMinute: z.int().min(1).max(1440),
  weekdays: z.array(z.int().min(1).max(7)).min(1),
});
export type WorkingHours = z.infer<typeof WorkingHours>;

/** Monday to Friday, 09:00 to 17:00. */
export const DEFAULT_WORKING_HOURS: WorkingHours = {
  startMinute: 540,
  endMinute: 1020,
  weekdays: [1, 2, 3, 4, 5],
};

/** One person. `personId` is ours and stable; it never leaves in signed bytes (a salted pseudonym does). */
export const Person = z.strictObject({
  personId: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  name: z.string().min(1).max(200),
  email: z.email(),
  slack: z.strictObject({ teamId: z.string(), userId: z.string() }).optional(),
  /** IANA zone. */
  timeZone: z.string(),
  /** Nobody said where the person is: the zone is a guess, and a better one may take its place. */
  timeZoneGuessed: z.literal(true).optional(),
  workingHours: WorkingHours.default(DEFAULT_WORKING_HOURS),
  /** Days off, ISO dates in the person's zone. */
  holidays: z.array(z.iso.date()).default([]),
  managerId: z.string().optional(),
  active: z.boolean(),
  /** A full member of the organisation; guests may not decide. */
  fullMember: z.boolean().default(true),
  roles: z.array(Role).default(['owner']),
  /** AWS principals (`arn:…:assumed-role/…`) this person signs command-line calls with. */
  awsPrincipals: z.array(z.string()).default([]),
  leftAt: Instant.optional(),
});
export type Person = z.infer<typeof Person>;

/** A team that owns things: one accountable person, who is chased; any member may decide. */
export const Team = z.strictObject({
  teamId: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  name: z.string().min(1).max(200),
  accountableId: z.string(),
  backupId: z.string().optional(),
  memberIds: z.array(z.string()),
  /** Other names found in tags and files for the same team. */
  aliases: z.array(z.string()).default([]),
});
export type Team = z.infer<typeof Team>;
