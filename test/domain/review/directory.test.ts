import { describe, expect, it } from 'vitest';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { person, team } from '../identity/samples.ts';

const slack = { teamId: 'T1', userId: 'U1' };
const ana = person('ana', { slack, awsPrincipals: ['arn:1', 'arn:2'], managerId: 'max' });
const twin = person('ben', { email: 'ANA@example.com', slack, awsPrincipals: ['arn:2'] });
const web = team('web', 'ana', { aliases: ['Web', 'frontend'], memberIds: ['ben', 'ana'] });

describe('the directory', () => {
  it('finds people by id, e-mail, Slack user and AWS principal, teams by id, name and alias, ignoring case', () => {
    const directory = directoryOf([ana, person('max')], [web]);

    expect(directory.person('ana')).toBe(ana);
    expect(directory.byEmail('Ana@Example.com')).toBe(ana);
    expect(directory.bySlack('T1', 'U1')).toBe(ana);
    expect(directory.byAwsPrincipal('arn:2')).toBe(ana);
    expect(['WEB', 'web team', 'Frontend'].map((name) => directory.team(name))).toEqual([web, web, web]);
    expect(directory.everyone()).toHaveLength(2);
  });

  it('one e-mail, Slack user or principal for two people belongs to neither: ambiguity never decides', () => {
    const directory = directoryOf([ana, twin], []);

    expect(directory.byEmail('ana@example.com')).toBeUndefined();
    expect(directory.bySlack('T1', 'U1')).toBeUndefined();
    expect(directory.byAwsPrincipal('arn:2')).toBeUndefined();
    expect(directory.byAwsPrincipal('arn:1')).toBe(ana);
  });

  it('knows whose teams and whose manager', () => {
    const other = team('data', 'ana');
    const directory = directoryOf([ana, twin, person('max')], [web, other]);

    expect(directory.teamsOf('ana')).toEqual([web, other]);
    expect(directory.teamsOf('max')).toEqual([]);
    expect(directory.managerOf('ana')?.personId).toBe('max');
    expect(directory.managerOf('max')).toBeUndefined();
    expect(directory.managerOf('nobody')).toBeUndefined();
  });
});
