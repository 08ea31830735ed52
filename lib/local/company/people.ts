// The people and teams of Harbor & Pine, over a dozen time zones.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Person, Team } from '../../domain/review/person.ts';
import { type Instant, plusDays } from '../../domain/time.ts';

/** Slack team of the embedded workspace. */
export const LOCAL_TEAM_ID = 'T0LOCAL';
const DOMAIN = 'harborandpine.example';

type PersonInput = z.input<typeof Person>;

/** Slack account of a person of the embedded workspace: derived from the person's id. */
export function slackAccountOf(personId: string): { teamId: string; userId: string } {
  const letters = personId.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  // The digest keeps apart what the letters do not.
  const tail = createHash('sha256').update(personId).digest('hex').slice(0, 6).toUpperCase();
  return { teamId: LOCAL_TEAM_ID, userId: `U${letters.slice(0, 12)}${tail}` };
}

const STAFF: readonly (readonly [id: string, name: string, zone: string, more?: Partial<PersonInput>])[] = [
  ['ines.moreau', 'Inès Moreau', 'Europe/Paris', { roles: ['compliance-manager'] }],
  ['tomasz.wolski', 'Tomasz Wolski', 'Europe/Warsaw', { roles: ['owner', 'security'] }],
  ['diego.ramirez', 'Diego Ramírez', 'America/Mexico_City', { managerId: 'tomasz.wolski' }],
  ['hana.sato', 'Hana Sato', 'Asia/Tokyo', { managerId: 'tomasz.wolski', roles: ['owner'] }],
  ['mara.lindqvist', 'Mara Lindqvist', 'Europe/Stockholm'],
  ['priya.nair', 'Priya Nair', 'Asia/Kolkata', { managerId: 'mara.lindqvist' }],
  ['lars.eriksen', 'Lars Eriksen', 'Europe/Copenhagen', { managerId: 'mara.lindqvist' }],
  ['chloe.dubois', 'Chloé Dubois', 'America/Toronto', { managerId: 'mara.lindqvist' }],
  ['sam.okafor', 'Sam Okafor', 'Africa/Lagos', { managerId: 'mara.lindqvist' }],
  ['elena.petrova', 'Elena Petrova', 'Europe/Sofia', { managerId: 'mara.lindqvist' }],
  ['ben.carver', 'Ben Carver', 'Europe/London', { managerId: 'mara.lindqvist' }],
  ['yuki.tan', 'Yuki Tan', 'Asia/Singapore', { managerId: 'ben.carver' }],
  ['noah.weiss', 'Noah Weiss', 'Europe/Berlin', { managerId: 'mara.lindqvist', slack: undefined }],
  ['omar.haddad', 'Omar Haddad', 'Asia/Dubai', { managerId: 'mara.lindqvist' }],
  ['raj.malhotra', 'Raj Malhotra', 'Asia/Kolkata', { managerId: 'priya.nair', fullMember: false }],
];

/** The staff. Greta Holm left before the quarter; Raj Malhotra is a contractor; Noah Weiss has no Slack account. */
export function harborPeople(startAt: Instant): Person[] {
  const present = STAFF.map(([personId, name, timeZone, more = {}]) => {
    const slack = 'slack' in more ? {} : { slack: slackAccountOf(personId) };
    return Person.parse({
      personId,
      name,
      email: `${personId}@${DOMAIN}`,
      timeZone,
      active: true,
      ...slack,
      ...more,
    });
  });
  const gone = Person.parse({
    personId: 'greta.holm',
    name: 'Greta Holm',
    email: `greta.holm@${DOMAIN}`,
    timeZone: 'Europe/Stockholm',
    slack: slackAccountOf('greta.holm'),
    managerId: 'mara.lindqvist',
    active: false,
    leftAt: plusDays(startAt, -45),
  });
  return [...present, gone];
}

/** Who owns what together; the groups of reviewers a definition names. */
export const HARBOR_TEAMS: readonly Team[] = z.array(Team).parse([
  {
    teamId: 'platform',
    name: 'Platform',
    accountableId: 'priya.nair',
    backupId: 'mara.lindqvist',
    memberIds: ['priya.nair', 'mara.lindqvist', 'raj.malhotra'],
    aliases: ['infra', 'platform-engineering'],
  },
  { teamId: 'payments', name: 'Payments', accountableId: 'lars.eriksen', memberIds: ['lars.eriksen'] },
  {
    teamId: 'data',
    name: 'Data',
    accountableId: 'chloe.dubois',
    memberIds: ['chloe.dubois'],
    aliases: ['analytics'],
  },
  { teamId: 'warehouse', name: 'Warehouse systems', accountableId: 'sam.okafor', memberIds: ['sam.okafor'] },
  {
    teamId: 'finance',
    name: 'Finance systems',
    accountableId: 'elena.petrova',
    memberIds: ['elena.petrova'],
  },
  { teamId: 'webshop', name: 'Web shop', accountableId: 'yuki.tan', memberIds: ['yuki.tan', 'ben.carver'] },
  {
    teamId: 'marketing',
    name: 'Marketing operations',
    accountableId: 'noah.weiss',
    memberIds: ['noah.weiss'],
  },
  {
    teamId: 'machine-learning',
    name: 'Machine learning',
    accountableId: 'omar.haddad',
    memberIds: ['omar.haddad'],
  },
  {
    teamId: 'security-operations',
    name: 'Security operations',
    accountableId: 'hana.sato',
    memberIds: ['hana.sato'],
  },
  {
    teamId: 'second-approvers',
    name: 'Second approvers',
    accountableId: 'diego.ramirez',
    memberIds: ['diego.ramirez'],
  },
  {
    teamId: 'risk-acceptance',
    name: 'Risk acceptance',
    accountableId: 'tomasz.wolski',
    memberIds: ['tomasz.wolski'],
  },
]);
