import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instant, instantOf } from '../../lib/domain/time.ts';
import { LocalPointer } from '../../lib/local/control/protocol.ts';
import { terminal } from '../support/terminal.ts';

/** Monday 7 September 2026, 08:00 UTC: everybody from Lagos to Sofia is at work. */
const START: Instant = instantOf(Date.UTC(2026, 8, 7, 8));
const CAMPAIGN = 'quarterly-review-20260907';
let folder: string;
let ended: Promise<{ code: number; out: string; err: string }>;
const at = terminal({ cwd: '/', env: {}, now: START });
const stack = terminal({ cwd: '/', now: START });

/** Asks the running stack; the folder comes last so that every command is tried with --data-dir. */
const ask = (...argv: string[]) => at.json(...argv, '--data-dir', folder);
const say = (...argv: string[]) => at.run(...argv, '--data-dir', folder);

async function pointer(): Promise<LocalPointer> {
  return LocalPointer.parse(JSON.parse(await readFile(join(folder, 'local.json'), 'utf8')));
}

async function started(): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (stack.out.includes('"addresses"')) return;
    await wait(100);
  }
  throw new Error(`the stack did not start: ${stack.err}`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-local-'));
  ended = stack.run('local', 'up', '--data-dir', folder, '--json');
  await started();
}, 120_000);

afterAll(async () => {
  stack.interrupt();
  await ended;
  await rm(folder, { recursive: true, force: true });
});

describe('a running stack', () => {
  test('is found through a file only its owner can read', async () => {
    const { mode } = await stat(join(folder, 'local.json'));

    expect(mode & 0o777).toBe(0o600);
    expect((await pointer()).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/control$/);
  });

  test('refuses whoever does not have the token, and what is no command', async () => {
    const { url, token } = await pointer();
    const post = (headers: Record<string, string>, body: string) =>
      fetch(url, { method: 'POST', headers, body });

    expect((await post({}, '{}')).status).toBe(401);
    expect((await post({ authorization: 'Bearer wrong' }, '{}')).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(405);
    const refused = await post(
      { authorization: `Bearer ${token}` },
      JSON.stringify({ requestId: crypto.randomUUID(), command: { do: 'removals', campaignId: '' } }),
    );
    expect(JSON.parse(await refused.text())).toMatchObject({ error: { family: 'invalid' } });
  });

  test('a second one over the same folder is refused', async () => {
    const { code, err } = await say('local', 'up');

    expect(code).toBe(3);
    expect(err).toContain('runs over');
  });

  test('is examined: what is fine, and what to do about the rest', async () => {
    const { value: examined } = await ask('doctor');
    const { code, out } = await say('doctor');

    expect(examined).toMatchObject({ problems: 0, results: expect.any(Array) });
    expect(code).toBe(0);
    expect(out).toMatch(/^ok {9}People file: /m);
    expect(out.trimEnd().split('\n').at(-1)).toBe('Nothing to fix; 1 could not be looked at.');
    expect(out).toMatch(/^unchecked {2}Permissions of aws-iam: .*\n +→ .*"iam:UpdateAccessKey"/m);
  });

  test('holds the company: identities, definitions, nobody asked yet', async () => {
    const { value: status } = await ask('local', 'status');
    const { value: listed } = await ask('identities', '--where', 'risk.tier == "critical"');

    expect(status).toMatchObject({
      company: 'Harbor & Pine',
      campaigns: [],
      enforcementStopped: false,
      deadLetters: [],
    });
    expect(status?.['definitions']).toHaveLength(2);
    expect(listed?.['identities'].map(({ name }: { name: string }) => name)).toContain('svc-terraform');
  });

  test('a wrong expression is bad input', async () => {
    const { code, err } = await say('identities', '--where', 'risk.teir == "critical"');

    expect(code).toBe(2);
    expect(err).toContain('No such key: teir');
  });

  test('previews without writing, and launches what was previewed', async () => {
    const { value: preview } = await ask('campaign', 'preview', 'quarterly-review');
    const { value: none } = await ask('campaign', 'status');
    const { value: launched } = await ask('campaign', 'launch', 'quarterly-review', '--as', 'ines.moreau');

    expect(none?.['campaigns']).toEqual([]);
    expect(launched).toMatchObject({ campaignId: CAMPAIGN, state: 'open', launchedBy: 'ines.moreau' });
    expect(launched?.['counts']).toMatchObject(preview?.['counts']);
    expect(launched?.['dueAt']).toBe(preview?.['timeline'].dueAt);
    expect(preview?.['reviewers']).toHaveLength(launched?.['counts'].dockets);
  });

  test('shows a person their questions, and takes their answer as a local demo', async () => {
    const { value: desk } = await ask('inbox', '--as', 'priya.nair');
    const decided = await ask(
      'decide',
      `${CAMPAIGN}/github-deploy`,
      'certify',
      '--as',
      'priya.nair@harborandpine.example',
    );

    expect(desk?.['dockets'][0].open).toBeGreaterThan(10);
    expect(decided.value?.['item']).toMatchObject({
      state: 'answered',
      decision: { verdict: 'certify', by: 'priya.nair', method: 'local-demo' },
    });
  });

  test.each([
    [
      ['decide', `${CAMPAIGN}/svc-terraform`, 'certify', '--as', 'sam.okafor', '--reason', 'x'],
      3,
      'does not answer for',
    ],
    [['decide', `${CAMPAIGN}/svc-terraform`, 'certify', '--as', 'priya.nair'], 2, 'reason: please say why'],
    [
      ['decide', `${CAMPAIGN}/nothing`, 'certify', '--as', 'priya.nair'],
      2,
      'asks about no identity "nothing"',
    ],
    [['decide', 'nothing', 'certify', '--as', 'priya.nair'], 2, 'write <campaign>/<identity>'],
    [
      ['decide', 'no-such-campaign/x', 'certify', '--as', 'priya.nair'],
      2,
      'There is no campaign "no-such-campaign"',
    ],
    [
      ['decide', `${CAMPAIGN}/svc-terraform`, 'certify', '--as', 'nobody'],
      2,
      '--as: there is nobody called "nobody"',
    ],
    [['decide', `${CAMPAIGN}/svc-terraform`, 'certify'], 2, '--as: say who you are'],
    [['delegate', 'omar.haddad', '--as', 'priya.nair'], 2, 'Say until when (--until)'],
    [
      ['delegate', 'omar.haddad', '--until', '2026-09-20', '--as', 'priya.nair'],
      3,
      'does not allow delegating to that person',
    ],
    [['delegate', 'omar.haddad', '--end', '--as', 'priya.nair'], 2, 'You have delegated nothing'],
    [['delegate', '--until', '2026-09-20', '--as', 'priya.nair'], 2, 'Say once who answers'],
    [
      ['delegate', 'omar.haddad', '--end', '--from', '2026-09-20', '--as', 'priya.nair'],
      2,
      'has no first day',
    ],
    [
      'delegate --for priya.nair --to omar.haddad --until 2026-09-20 --as sam.okafor'.split(' '),
      3,
      'Only their manager, a compliance manager or an admin can delegate for',
    ],
    [['links', 'revoke', 'priya.nair', '--as', 'omar.haddad'], 3, 'revoked by security and admins'],
    [['identity', 'nothing'], 2, 'There is no identity "nothing"'],
    [['campaign', 'hold', CAMPAIGN, '--reason', 'x', '--as', 'sam.okafor'], 3, 'Only the campaign manager'],
    [['campaign', 'launch', 'nothing', '--as', 'ines.moreau'], 2, 'There is no definition "nothing"'],
    [['collect', 'azure'], 2, 'azure'],
    [['local', 'clock', '2020-01-01'], 3, 'cannot go back'],
    [['local', 'clock', '+3x'], 2, 'move: "+3x" is not a span'],
  ])('%j ends with %i', async (argv, code, message) => {
    const refused = await say(...argv);

    expect(refused.code).toBe(code);
    expect(refused.err).toContain(message);
    expect(refused.out).toBe('');
  });

  test('a keep of critical risk waits for a second person, who finds and approves it', async () => {
    await say(
      'decide',
      `${CAMPAIGN}/svc-terraform`,
      'certify',
      '--as',
      'priya.nair',
      '--reason',
      'our infrastructure',
    );
    const { out: inbox } = await say('inbox', '--as', 'diego.ramirez');
    const approved = await say(
      'approve',
      `${CAMPAIGN}/svc-terraform`,
      '--as',
      'diego.ramirez',
      '--reason',
      'seen',
    );

    expect(inbox).toContain('svc-terraform: certify');
    expect(approved).toMatchObject({ code: 0, out: 'Agreed: svc-terraform (certify).\n' });
  });

  test('one key of two is switched off as time goes by, verified on demand, and brought back', async () => {
    const item = `${CAMPAIGN}/svc-log-shipper`;
    await say(
      'decide',
      item,
      'revoke',
      '--credential',
      'access-key-2',
      '--as',
      'priya.nair',
      '--reason',
      'stale',
    );
    const moved = await ask('local', 'clock', '+2d');
    const { value: listed } = await ask('removals', 'list', '--campaign', CAMPAIGN);
    const [removal] = listed?.['removals'] ?? [];
    const verified = await ask('removals', 'verify', removal.removalId);
    const restored = await say(
      'removals',
      'restore',
      removal.removalId,
      '--reason',
      'needed after all',
      '--as',
      'priya.nair',
    );
    const again = await say('removals', 'verify', removal.removalId);

    expect(Date.parse(moved.value?.['now']) - Date.parse(moved.value?.['from'])).toBeGreaterThanOrEqual(
      2 * 86_400_000,
    );
    expect(removal).toMatchObject({
      name: 'svc-log-shipper',
      credentialId: 'access-key-2',
      state: 'quarantined',
    });
    expect(verified).toMatchObject({ code: 0, value: { outcome: 'confirmed' } });
    expect(restored.out).toContain('is back exactly as it was');
    expect(again.code).toBe(3);
  });

  test('explains an identity with its history', async () => {
    const { out } = await say('identity', 'svc-log-shipper');

    for (const words of [
      'purpose',
      'Who answers for it: Priya Nair',
      'access-key-2',
      'Risk',
      'History',
      'restored',
    ]) {
      expect(out).toContain(words);
    }
  });

  test('one person stops enforcement, two start it again', async () => {
    const stop = ['switch', 'stop', '--reason', 'outage', '--as'];
    const start = ['switch', 'start', '--reason', 'over', '--as', 'tomasz.wolski', '--approved-by'];

    expect((await say(...stop, 'sam.okafor')).code).toBe(3);
    expect((await ask(...stop, 'tomasz.wolski')).value).toMatchObject({ stopped: true, by: 'tomasz.wolski' });
    expect((await say(...start, 'tomasz.wolski')).code).toBe(3);
    expect((await ask(...start, 'ines.moreau')).value).toMatchObject({ stopped: false });
  });

  test('one person sends a connector back to shadow, two arm it again, and it is shown', async () => {
    const part = ['aws-iam', '--tier', 'critical', '--reason', 'one was wrong', '--as', 'tomasz.wolski'];
    const critical = async () => {
      const { value } = await ask('enforcement', 'status');
      return value?.['parts'].find(
        (one: { connector: string; tier: string }) => one.connector === 'aws-iam' && one.tier === 'critical',
      );
    };

    expect(await critical()).toMatchObject({ acts: true });
    expect((await say('enforcement', 'disarm', ...part)).out).toBe(
      'aws-iam, critical, is back in shadow (one was wrong).\n',
    );
    expect(await critical()).toMatchObject({ acts: false, sentBack: { by: 'tomasz.wolski' } });
    expect((await say('enforcement', 'status')).out).toContain('Back to shadow: aws-iam, critical');
    expect((await say('enforcement', 'arm', ...part, '--approved-by', 'tomasz.wolski')).code).toBe(3);
    expect((await say('enforcement', 'arm', ...part, '--approved-by', 'ines.moreau')).code).toBe(0);
    expect(await critical()).toMatchObject({ acts: true });
  });

  test('a removal is shown with what happened, and exceptions are listed', async () => {
    const { value } = await ask('removals', 'list', '--campaign', CAMPAIGN);
    const listed: { name: string; removalId: string }[] = value?.['removals'] ?? [];
    const removalId = listed.find(({ name }) => name === 'svc-log-shipper')?.removalId ?? '';
    const shown = await say('removals', 'show', removalId, '--campaign', CAMPAIGN);
    const cancelled = await say('removals', 'cancel', removalId, '--reason', 'x', '--as', 'ines.moreau');

    expect(shown.out).toContain('brought back by priya.nair');
    expect(cancelled).toMatchObject({ code: 3, err: expect.stringContaining('cannot be cancelled') });
    expect((await ask('exceptions', 'list')).value).toMatchObject({ exceptions: [] });
  });

  test('a definition is compared, applied by two people, and then the same', async () => {
    const file = join(folder, 'review.yaml');
    await writeFile(
      file,
      'apiVersion: countersign.dev/v1\ndefinitionId: prod-keys\nversion: 1\ntitle: Production keys\n' +
        'reviewers: { fallback: security-operations, manager: ines.moreau, approvers: second-approvers, riskAcceptors: risk-acceptance }\n',
    );
    const apply = ['definitions', 'apply', file, '--as', 'ines.moreau', '--approved-by'];

    expect((await ask('definitions', 'diff', file)).value?.['diffs'][0]).toMatchObject({ isNew: true });
    expect((await say(...apply, 'ines.moreau')).code).toBe(3);
    expect((await ask(...apply, 'tomasz.wolski')).value?.['applied'][0]).toMatchObject({ changed: true });
    expect((await ask('definitions', 'diff', file)).value?.['diffs'][0].changes).toEqual([]);
  });

  test('a campaign is held, resumed and shown as of now', async () => {
    const steer = (act: string) =>
      say('campaign', act, CAMPAIGN, '--reason', 'audit week', '--as', 'ines.moreau');

    expect((await steer('hold')).out).toContain('is held');
    expect((await say('campaign', 'status', CAMPAIGN)).out).toContain('held: audit week');
    expect((await steer('resume')).out).toContain('is open');
    const { value } = await ask('campaign', 'status', CAMPAIGN);
    expect(value?.['answered'].numerator).toBeGreaterThan(0);
    expect(value?.['asOf']).toMatch(/^2026-09-/);
  });

  test('ends when asked to, leaves no pointer behind, and goes on where it stopped', async () => {
    const { value: down } = await ask('local', 'down');
    expect((await ended).code).toBe(0);
    expect((await say('local', 'status')).code).toBe(1);

    const again = terminal({ cwd: '/', now: START });
    const finished = again.run('local', 'up', '--data-dir', folder, '--json');
    while (!again.out.includes('"addresses"')) await wait(100);
    const { value: status } = await ask('local', 'status');
    again.interrupt();

    expect((await finished).code).toBe(0);
    expect(Date.parse(status?.['now'])).toBeGreaterThanOrEqual(Date.parse(down?.['now']));
    expect(status?.['campaigns']).toHaveLength(1);
  }, 90_000);
});
