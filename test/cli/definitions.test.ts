import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { terminal } from '../support/terminal.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-definitions-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SOUND = `apiVersion: countersign.dev/v1
definitionId: prod-keys
version: 1
title: Production keys
scope:
  where: identity.environment == "production"
  exclude:
    - where: identity.kind == "person"
      reason: people are reviewed elsewhere
reviewers:
  fallback: sam
  manager: max
  approvers: risk
  riskAcceptors: risk
`;
const PEOPLE = `people:
  - { personId: sam, name: Sam, email: sam@acme.example, timeZone: UTC, active: true }
  - { personId: max, name: Max, email: max@acme.example, timeZone: UTC, active: false }
teams:
  - { teamId: risk, name: Risk, accountableId: sam, memberIds: [sam] }
`;

async function validate(text: string, ...more: string[]) {
  await writeFile(join(folder, 'review.yaml'), text);
  await writeFile(join(folder, 'people.yaml'), PEOPLE);
  const at = terminal({ cwd: folder });
  return at.run('definitions', 'validate', 'review.yaml', ...more);
}

describe('validating definitions', () => {
  test('a sound one is named; that reviewers were not checked is said', async () => {
    const { code, out, err } = await validate(SOUND);

    expect(code).toBe(0);
    expect(out).toBe('1 sound: prod-keys version 1\n');
    expect(err).toContain('Reviewers were not checked');
  });

  test('one file may hold several', async () => {
    const { out } = await validate(`${SOUND}---\n${SOUND.replace('prod-keys', 'other-keys')}`);

    expect(out).toBe('2 sound: prod-keys version 1, other-keys version 1\n');
  });

  test.each([
    [
      'a wrong id',
      SOUND.replace('prod-keys', 'Prod Keys'),
      /^review\.yaml:2: definitionId: .*\(it is "Prod Keys"\)$/m,
    ],
    ['an unknown key', SOUND.replace('title:', 'tittle:'), /^review\.yaml:1: \(top\): .*tittle/m],
    ['a missing field', SOUND.replace('  manager: max\n', ''), /^review\.yaml:10: reviewers\.manager: /m],
    [
      'a wrong expression',
      SOUND.replace('identity.kind', 'identity.knd'),
      /^review\.yaml:8: scope\.exclude\[0\]\.where: .*knd/m,
    ],
    ['broken YAML', 'a: [1\nb: 2\n', /review\.yaml:2:1: /],
    ['an empty file', '', /review\.yaml/],
  ])('%s is named by file, line and path', async (_name, text, message) => {
    const { code, out, err } = await validate(text);

    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
  });

  test('with --people reviewers must exist and be active', async () => {
    const { code, err } = await validate(
      SOUND.replace('fallback: sam', 'fallback: nobody'),
      '--people',
      'people.yaml',
    );

    expect(code).toBe(2);
    expect(err).toContain('review.yaml:11: reviewers.fallback: "nobody" is neither a person nor a team');
    expect(err).toContain('review.yaml:12: reviewers.manager: "max" is no longer active.');
    expect(err).not.toContain('Reviewers were not checked');
  });

  test('problems are data with --json', async () => {
    await writeFile(join(folder, 'review.yaml'), SOUND.replace('prod-keys', 'Prod Keys'));

    const { code, value } = await terminal({ cwd: folder }).json('definitions', 'validate', 'review.yaml');

    expect(code).toBe(2);
    expect(value).toMatchObject({
      definitions: 1,
      reviewersChecked: false,
      problems: [{ file: 'review.yaml', line: 2, path: 'definitionId' }],
    });
  });

  test('a bomb of aliases is refused', async () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [inner, outer] of ['ab', 'bc', 'cd', 'de', 'ef'].map((pair) => pair.split(''))) {
      lines.push(`${outer}: &${outer} [${Array.from({ length: 10 }, () => `*${inner}`).join(', ')}]`);
    }

    const { code, err } = await validate(`${lines.join('\n')}\n`);

    expect(code).toBe(2);
    expect(err).toContain('review.yaml: ');
  });
});
