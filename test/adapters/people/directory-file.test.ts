import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDirectoryFile } from '../../../lib/adapters/people/directory-file.ts';
import { createFilePeople } from '../../../lib/adapters/people/file-people.ts';
import { InvalidInputError } from '../../../lib/domain/errors.ts';

const YAML = `
people:
  - personId: maria.rossi
    name: Maria Rossi
    email: maria.rossi@example.com
    timeZone: Europe/Rome
    active: true
    managerId: paul.weber
    slack: { teamId: T1, userId: U1 }
  - personId: paul.weber
    name: Paul Weber
    email: paul.weber@example.com
    timeZone: America/New_York
    active: true
    roles: [owner, compliance-manager]
teams:
  - teamId: billing
    name: Billing
    accountableId: maria.rossi
    memberIds: [paul.weber]
    aliases: [payments]
`;

describe('a directory file', () => {
  it('gives people, teams and managers, from YAML and from JSON', () => {
    const directory = parseDirectoryFile(YAML, 'people.yaml');
    const again = parseDirectoryFile(
      JSON.stringify({ people: directory.everyone(), teams: directory.teams() }),
      'people.json',
    );

    for (const each of [directory, again]) {
      expect(each.bySlack('T1', 'U1')?.personId).toBe('maria.rossi');
      expect(each.managerOf('maria.rossi')?.name).toBe('Paul Weber');
      expect(each.team('Payments')?.teamId).toBe('billing');
      expect(each.person('maria.rossi')?.workingHours.startMinute).toBe(540);
    }
  });

  it('gives people the days off of their calendar and their own, once each', () => {
    const text = `${YAML.replace('managerId: paul.weber', 'managerId: paul.weber\n    calendar: italy\n    holidays: [2026-12-24, 2026-12-25]')}
calendars:
  italy: [2026-12-08, 2026-12-25]
  nowhere: []
`;
    const directory = parseDirectoryFile(text, 'people.yaml');
    expect(directory.person('maria.rossi')?.holidays).toEqual(['2026-12-08', '2026-12-24', '2026-12-25']);
    expect(directory.person('maria.rossi')).not.toHaveProperty('calendar');
    expect(directory.person('paul.weber')?.holidays).toEqual([]);
  });

  it.each([
    [
      'a calendar nobody wrote',
      YAML.replace('managerId: paul.weber', 'calendar: itly'),
      /people\.yaml: people\.0\.calendar: there is no calendar "itly"/,
    ],
    [
      'a calendar that is only in every object',
      YAML.replace('managerId: paul.weber', 'calendar: constructor'),
      /people\.0\.calendar: there is no calendar "constructor"/,
    ],
    [
      'a day that never comes',
      `${YAML}\ncalendars: { italy: [2026-02-30] }\n`,
      /calendars\.italy\.0: .*date/,
    ],
    ['a misspelt key', YAML.replace('managerId:', 'manager:'), /people\.yaml: people\.0: .*manager/],
    ['a wrong e-mail', YAML.replace('paul.weber@example.com', 'paul'), /people\.1\.email/],
    [
      'a manager nobody is',
      YAML.replace('managerId: paul.weber', 'managerId: paul'),
      /people\.0\.managerId: nobody has the id "paul"/,
    ],
    [
      'a member nobody is',
      YAML.replace('[paul.weber]', '[ghost]'),
      /teams\.0\.memberIds\.0: nobody has the id "ghost"/,
    ],
    [
      'a person named twice',
      YAML.replace('personId: paul.weber', 'personId: maria.rossi'),
      /people\.1: the id "maria\.rossi" is taken/,
    ],
    [
      'a time zone nowhere',
      YAML.replace('Europe/Rome', 'Europe/Roma'),
      /people\.0\.timeZone: "Europe\/Roma"/,
    ],
    ['no YAML', 'people: [', /people\.yaml: line 1, column \d+/],
    ['a key twice', `${YAML}\npeople: []\n`, /line \d+.*unique/],
    ['nothing', '', /people\.yaml: \(top\)/],
    [
      'aliases that explode',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((name, at) => `${name}: &${name} [${`*${'abcdefghi'[at]},`.repeat(10)}]`)
        .join('\n')}\npeople: *i\n`,
      /alias/i,
    ],
  ])('with %s is refused, saying where', (_what, text, message) => {
    expect(() => parseDirectoryFile(text, 'people.yaml')).toThrow(InvalidInputError);
    expect(() => parseDirectoryFile(text, 'people.yaml')).toThrow(message);
  });
});

describe('people from a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-people-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are read again when the file changes, and only then', async () => {
    const path = join(folder, 'people.yaml');
    await writeFile(path, YAML);
    const people = createFilePeople(path);
    const first = await people.directory();
    expect(await people.directory()).toBe(first);

    await writeFile(path, YAML.replace('name: Maria Rossi', 'name: Maria Rossi-Bianchi'));

    expect((await people.directory()).person('maria.rossi')?.name).toBe('Maria Rossi-Bianchi');
  });

  it('are refused when the file is gone or has become wrong', async () => {
    const path = join(folder, 'people.yaml');
    const people = createFilePeople(path);
    await expect(people.directory()).rejects.toThrow(path);
    await expect(people.directory()).rejects.toThrow(InvalidInputError);

    await writeFile(path, YAML);
    await people.directory();
    await writeFile(path, 'people: 3');
    await expect(people.directory()).rejects.toThrow(/people: /);
  });
});
