import { expect, test } from 'vitest';
import { digestOfParts, revokeLinks } from '../../lib/application/links.ts';
import { create } from '../../lib/application/ports/review-store.ts';
import { revokeLinksOf } from '../../lib/application/revoke-links.ts';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import type { Person } from '../../lib/domain/review/person.ts';
import { instantOf, plusDays, plusMs } from '../../lib/domain/time.ts';
import { ownedIdentity } from '../support/reviews.ts';
import { MONDAY, PEOPLE, person, TEAMS, world } from '../support/world.ts';

const ONE = ownedIdentity('one', 'ada');
const tokenOf = (link: string) => link.split('/').at(-1) ?? '';

test('a revoked link shows nothing any more and sends no code; the next mail’s link works', async () => {
  const w = await world({ identities: [ONE] });
  const [first, second] = [await w.links.linkMail('ada'), await w.links.linkMail('ada')].map(tokenOf);
  const bens = tokenOf(await w.links.linkMail('ben'));
  expect((await w.links.reader(first ?? '')).personId).toBe('ada');
  const { codeId } = await w.links.askForCode(first ?? '', 'browser');
  const code =
    w.sent.flatMap(({ body }) => (body.purpose === 'one-time-code' ? [body.code] : [])).at(-1) ?? '';

  w.setClock(plusMs(MONDAY, 60_000));
  await revokeLinks(w.environment, 'ada');
  for (const token of [first, second]) {
    await expect(w.links.reader(token ?? '')).rejects.toThrow('This link was revoked');
    await expect(w.links.askForCode(token ?? '', 'browser')).rejects.toThrow('This link was revoked');
  }
  await expect(w.links.checkCode({ token: first ?? '', browser: 'browser', codeId, code })).rejects.toThrow(
    'This link was revoked',
  );
  expect((await w.links.reader(bens)).personId).toBe('ben');

  w.setClock(plusMs(MONDAY, 120_000));
  expect((await w.links.reader(tokenOf(await w.links.linkMail('ada')))).personId).toBe('ada');
});

test('a link that an older release made is revoked as well', async () => {
  const w = await world({ identities: [ONE] });
  await w.environment.store.commit([
    create('link', {
      schemaVersion: 1,
      version: 1,
      tokenDigest: digestOfParts('link', 'an old token of enough characters'),
      personId: 'ada',
      purpose: 'review',
      expiresAt: plusDays(MONDAY, 40),
    }),
  ]);
  expect((await w.links.reader('an old token of enough characters')).personId).toBe('ada');
  await revokeLinks(w.environment, 'ada');
  await expect(w.links.reader('an old token of enough characters')).rejects.toThrow('This link was revoked');
});

test('who is gone sees nothing by an old link', async () => {
  const leaver = person('lou', { leftAt: instantOf(Date.UTC(2026, 8, 8)) });
  const w = await world({ identities: [ONE], people: [...PEOPLE, leaver] });
  const token = tokenOf(await w.links.linkMail('lou'));
  expect((await w.links.reader(token)).personId).toBe('lou');
  w.setClock(plusDays(MONDAY, 1));
  await expect(w.links.reader(token)).rejects.toThrow('not valid any more');
});

test('who left and came back has a new start: links from before stay revoked', async () => {
  const lou = person('lou');
  const w = await world({ identities: [ONE], people: [...PEOPLE, lou] });
  await w.open();
  const before = tokenOf(await w.links.linkMail('lou'));
  const remain = (people: readonly Person[]) => {
    const now = directoryOf(people, TEAMS);
    Object.assign(w.environment.people, { directory: async () => now });
  };
  remain(PEOPLE);
  await w.until(plusDays(MONDAY, 3));
  remain([...PEOPLE, lou]);
  await expect(w.links.reader(before)).rejects.toThrow('This link was revoked');
  expect((await w.links.reader(tokenOf(await w.links.linkMail('lou')))).personId).toBe('lou');
});

test.each([
  ['ada', 'ada', 'Every review link sent to Ada until now is revoked.'],
  ['sam', 'ada@acme.example', 'Every review link sent to Ada until now is revoked.'],
  ['sam', 'gone', 'Every review link sent to Gone until now is revoked.'],
  ['ben', 'ada', 'revoked by security and admins'],
  ['max', 'ada', 'revoked by security and admins'],
  ['ben', 'nobody', 'revoked by security and admins'],
  ['gone', 'gone', 'revoked by security and admins'],
  ['sam', 'no<body>', 'There is nobody called "no<body>" here.'],
])('%s revoking the links of %s hears: %s', async (who, whose, said) => {
  const w = await world({ identities: [ONE] });
  const answered = await revokeLinksOf(w.environment)({ person: whose, who: w.who(who) }).then(
    ({ text }) => text,
    (error: Error) => error.message,
  );
  expect(answered).toContain(said);
});
