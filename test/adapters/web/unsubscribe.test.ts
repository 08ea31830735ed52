import { describe, expect, test } from 'vitest';
import { ownedBy, reviewWorld } from './review-world.ts';

const ONE_CLICK = {
  method: 'POST',
  body: 'List-Unsubscribe=One-Click',
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
};

async function summaryLink() {
  const w = await reviewWorld([ownedBy('ada', 'one')]);
  const path = new URL(await w.summaries.unsubscribeLink('max')).pathname;
  const stopped = async () => (await w.environment.store.get('desk', { personId: 'max' }))?.summariesStopped;
  return { w, path, stopped };
}

describe('the link in a weekly summary', () => {
  test('followed by a scanner changes nothing and shows a button', async () => {
    const { w, path, stopped } = await summaryLink();
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'])
      await w.app.request(path, { method });
    const page = await w.app.request(path);
    expect(page.status).toBe(200);
    const shown = await page.text();
    expect(shown).toContain('Stop the summaries');
    expect(shown).not.toMatch(/acme|Max/);
    expect(page.headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(await stopped()).toBeUndefined();
  });

  test.each([
    ['a form', ONE_CLICK],
    [
      'a form in parts',
      (() => {
        const body = new FormData();
        body.set('List-Unsubscribe', 'One-Click');
        return { method: 'POST', body };
      })(),
    ],
  ])(
    'stops them with one click without a cookie, as %s, once and twice, and has them again',
    async (_, click) => {
      const { w, path, stopped } = await summaryLink();
      for (const time of [1, 2]) {
        const answer = await w.app.request(path, click);
        expect(answer.status, String(time)).toBe(200);
        expect(answer.headers.get('Set-Cookie')).toBeNull();
        expect(await answer.text()).toContain('No more weekly summaries');
      }
      expect(await stopped()).toBeDefined();
      const again = await w.app.request(path, { ...ONE_CLICK, body: 'summaries=send' });
      expect(await again.text()).toContain('You will get them again');
      expect(await stopped()).toBeUndefined();
    },
  );

  test.each([
    '',
    'List-Unsubscribe=Two-Click',
    'summaries=stop%00',
    'List-Unsubscribe=One-Click&List-Unsubscribe=no',
  ])('does nothing with the body "%s"', async (body) => {
    const { w, path, stopped } = await summaryLink();
    const answer = await w.app.request(path, { ...ONE_CLICK, body });
    expect(answer.status).toBe(400);
    expect(await stopped()).toBeUndefined();
  });

  test('that is none, or is a review link, is refused politely', async () => {
    const { w } = await summaryLink();
    const review = w.pathOf('ada').replace('/review/', '/unsubscribe/');
    for (const path of [
      review,
      '/unsubscribe/short',
      `/unsubscribe/${'a'.repeat(43)}`,
      '/unsubscribe/%0d%0a',
    ]) {
      expect((await w.app.request(path)).status, path).toBe(404);
      expect((await w.app.request(path, ONE_CLICK)).status, path).toBe(404);
    }
    expect(w.problems).toEqual([]);
  });

  test('opens no docket', async () => {
    const { w, path } = await summaryLink();
    expect((await w.app.request(path.replace('/unsubscribe/', '/review/'))).status).toBe(404);
  });
});
