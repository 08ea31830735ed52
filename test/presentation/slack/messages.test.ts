import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageBody, OutboundMessage } from '../../../lib/application/ports/messenger.ts';
import { CampaignId } from '../../../lib/domain/campaign/campaign.ts';
import { NoticePurpose } from '../../../lib/domain/chase/notice.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import type { Block, Button, SlackMessage } from '../../../lib/presentation/slack/blocks.ts';
import { renderDigest } from '../../../lib/presentation/slack/digest.ts';
import { renderMessage } from '../../../lib/presentation/slack/message.ts';
import { ACTION, GroupValue, ItemValue } from '../../../lib/presentation/slack/references.ts';
import { expectMessage, markupIn } from '../../support/slack/block-kit.ts';
import { hostileName } from '../../support/slack/hostile.ts';
import {
  now,
  type SampleItem,
  sampleDocket,
  sampleItem,
  sampleItems,
  samplePerson,
  sampleRemoval,
} from '../../support/slack/samples.ts';

const until = '2026-12-21T09:00:00.000Z' as Instant;
const reader = { now, timeZone: 'Europe/Zurich' };

/** One message of each purpose, its free text as given. */
function bodies(text: string, name = text, item: SampleItem = { text }): readonly MessageBody[] {
  const view = sampleItem({ name, ...item });
  const ref = { campaignId: view.item.campaignId, identityKey: view.item.identityKey, id: 'exception-1' };
  const hold = {
    code: 'contradiction',
    cause: text,
    ownerId: 'ada',
    heldAt: now,
    holdUntil: until,
  } as const;
  const removal = sampleRemoval({ name, holds: [hold] });
  const dockets = [
    sampleDocket([view], {
      title: text,
      groups: [{ group: text.slice(0, 400), label: text, count: 12, seen: 'ab'.repeat(8) }],
    }),
  ];
  return [
    { purpose: 'digest', dockets, rung: 'open', link: undefined },
    { purpose: 'switch-off-warning', dockets, rung: 'last-call', link: undefined },
    {
      purpose: 'escalation',
      warning: false,
      lines: (['manager', 'backup', 'fallback', 'bystander'] as const).flatMap((as) =>
        dockets.map((docket) => ({ reviewer: text, as, docket })),
      ),
      more: 2,
    },
    { purpose: 'switched-off', removal, text, undoUntil: until },
    { purpose: 'restored', removal, text, undoUntil: undefined },
    { purpose: 'held', removal, text, undoUntil: undefined },
    { purpose: 'drift', removal, text, undoUntil: undefined },
    { purpose: 'manual-task', removal, text, undoUntil: undefined },
    ...(['removal-warning', 'brown-out', 'screamed'] as const).map((purpose) => ({
      purpose,
      removal,
      text,
      undoUntil: undefined,
    })),
    {
      purpose: 'removal-list',
      news: Array.from({ length: 40 }, (_, index) => ({
        what: index % 2 === 0 ? ('switched-off' as const) : ('held' as const),
        removal,
        text,
        undoUntil: until,
      })),
      more: 3,
    },
    {
      purpose: 'approval-list',
      approvals: Array.from({ length: 40 }, () => ({
        kind: 'second-decision' as const,
        ...ref,
        title: text,
        detail: text,
        askedBy: text,
        since: now,
      })),
      more: 3,
    },
    { purpose: 'sample-wanted', item: view, keptBy: text, sampleId: 'sample-1', text },
    {
      purpose: 'delegation',
      from: text,
      to: text,
      until,
      campaigns: Array.from({ length: 40 }, () => text),
      reason: text,
      ended: true,
    },
    { purpose: 'security-answer', campaignId: view.item.campaignId, title: text, from: text, text },
    {
      purpose: 'weekly-summary',
      campaigns: Array.from({ length: 60 }, () => ({
        campaignId: view.item.campaignId,
        title: text,
        state: 'open',
        dueAt: until,
        items: 12,
        open: 5,
        late: 2,
        held: 1,
        findings: 3,
        waitingFor: [{ name: text, open: 4 }],
      })),
      unsubscribe: undefined,
    },
    { purpose: 'second-approval', item: view, askedBy: text, text },
    { purpose: 'exception-request', identityName: name, ref, text, until },
    { purpose: 'exception-ending', identityName: name, ref, text, until },
    { purpose: 'promise-reminder', identityName: name, ref, text, until },
    { purpose: 'claim-wanted', items: [view], text },
    { purpose: 'one-time-code', code: '418 207', minutes: 10 },
    {
      purpose: 'findings',
      campaignId: view.item.campaignId,
      title: text,
      findings: Array.from({ length: 40 }, () => ({ code: 'unowned', text, count: 3 })),
    },
  ];
}

function render(body: MessageBody): SlackMessage {
  const message: OutboundMessage = { noticeId: 'notice-1', to: samplePerson(), body, now };
  return renderMessage(message);
}

function buttonsOf(blocks: readonly Block[]): readonly Button[] {
  return blocks.flatMap((block) => {
    if (block.type === 'actions') return block.elements.filter((each) => each.type === 'button');
    return block.type === 'section' && block.accessory ? [block.accessory] : [];
  });
}

describe('messages', () => {
  it('exist for every purpose, each within Slack’s limits and readable as text alone', () => {
    const all = bodies('The nightly deployment needs it.', 'ci-deployer', {});

    expect(new Set(all.map(({ purpose }) => purpose))).toEqual(new Set(NoticePurpose.options));
    for (const body of all) expectMessage(render(body));
  });

  it.each(
    bodies('The nightly deployment needs it.', 'ci-deployer', {}).map(
      (body) => [body.purpose, body] as const,
    ),
  )('look as reviewed: %s', (_, body) => {
    expect(render(body)).toMatchSnapshot();
  });

  it('stay within limits and harmless whatever identities are called', () => {
    fc.assert(
      fc.property(hostileName, (text) => {
        for (const body of bodies(text)) {
          const message = render(body);

          expectMessage(message);
          for (const markup of [...markupIn(message.blocks), message.text]) {
            expect(markup).not.toMatch(/<|>(?!$)|[\u202A-\u202E\u2066-\u2069]/u);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('carry no authority in buttons: names of things, nothing else', () => {
    for (const body of bodies('text', 'ci-deployer')) {
      for (const { value } of buttonsOf(render(body).blocks)) {
        const keys = Object.keys(JSON.parse(value) as object);
        expect(['campaignId', 'identityKey', 'seen', 'group', 'removalId', 'kind', 'id']).toEqual(
          expect.arrayContaining(keys),
        );
      }
    }
  });

  it('about others have no button that decides, and ask only those who may answer', () => {
    const dockets = [sampleDocket(sampleItems(12))];
    const to = (as: 'manager' | 'backup' | 'fallback' | 'bystander') => {
      const lines = dockets.map((docket) => ({ reviewer: 'Ada', as, docket }));
      return buttonsOf(render({ purpose: 'escalation', warning: true, lines, more: 0 }).blocks);
    };

    for (const as of ['manager', 'fallback', 'bystander'] as const) expect(to(as)).toEqual([]);
    const ids = new Set(to('backup').map(({ action_id }) => action_id));
    expect(ids).toEqual(new Set([ACTION.more, ACTION.evidence]));
  });

  it('about the reviews of any number of others stay within limits', () => {
    const docket = sampleDocket(sampleItems(8));
    const lines = Array.from({ length: 400 }, (_, n) => ({
      reviewer: `Person ${n}`,
      as: 'backup' as const,
      docket,
    }));

    expectMessage(render({ purpose: 'escalation', warning: false, lines, more: 3 }));
  });

  it('offer undo only while it is possible', () => {
    const removal = sampleRemoval();
    const undo = (undoUntil: Instant | undefined) =>
      buttonsOf(render({ purpose: 'switched-off', removal, text: 'No answer came.', undoUntil }).blocks);

    expect(undo(until).map(({ action_id }) => action_id)).toEqual([ACTION.undo]);
    expect(undo(now)).toEqual([]);
    expect(undo(undefined)).toEqual([]);
  });
});

describe('the digest', () => {
  it.each([1, 50, 2000])('fits %i items', (count) => {
    const items = sampleItems(count);
    const groups = Array.from({ length: 40 }, (_, position) => ({
      group: `g-${position}`,
      label: 'acme/shop · ReadOnly · production',
      count: 20,
      seen: 'ab'.repeat(8),
    }));
    const message = renderDigest({ dockets: [sampleDocket(items, { groups })], warning: false }, reader);

    expectMessage(message);
    expect(message.text).toContain(`${count.toLocaleString('en-GB')} identit`);
    const shown = buttonsOf(message.blocks).filter(({ action_id }) => action_id === ACTION.more);
    expect(shown).toHaveLength(Math.min(count, 10));
  });

  it('fits the longest hostile names of 2,000 items in ten reviews', () => {
    const text = '&<>*_`~:x: '.repeat(90);
    const items = sampleItems(2000, { name: text.slice(0, 1024), text });
    const groups = [{ group: 'g'.repeat(1400), label: text, count: 9, seen: 'ab'.repeat(8) }];
    const docket = sampleDocket(items, { title: text, groups });
    const dockets = Array.from({ length: 10 }, (_, position) => {
      const campaignId = CampaignId.parse(`campaign-${position}`);
      return {
        ...docket,
        campaignId,
        items: items.map((view) => ({ ...view, item: { ...view.item, campaignId } })),
      };
    });
    const recent = Array.from({ length: 9 }, (_, position) => ({
      at: now,
      text,
      undo: { identityKey: items[position]?.item.identityKey ?? '', removalId: `r-${position}`, until },
    }));
    const message = renderDigest({ dockets, warning: true, recent }, reader);

    expectMessage(message);
    expect(markupIn(message.blocks).at(-1)).toContain('more review');
  });

  it('shows what decides: last use, what it can do, what breaks, the advice with its reasons', () => {
    const [view] = [sampleItem()];
    const said = markupIn(
      renderDigest({ dockets: [sampleDocket([view])], warning: false }, reader).blocks,
    ).join('\n');

    expect(said).toContain('*Last used:* 3 days ago (Wed 18 Nov 2026)');
    expect(said).toContain('*Can do:* administrator: AdministratorAccess is attached');
    expect(said).toContain('*If it goes:* the nightly deployment of the shop');
    expect(said).toContain('*We suggest:* Switch it off: one key was never used; administrator');
    expect(said).toContain('due Wed 25 Nov 2026, 00:59 (in 4 days)');
    expect(said).toContain('counts as not needed and may be switched off');
  });

  it('keeps in one click below high risk, asks for a reason above, and for a purpose nobody knows', () => {
    const keepOf = (sample: Parameters<typeof sampleItem>[0]) =>
      buttonsOf(
        renderDigest({ dockets: [sampleDocket([sampleItem(sample)])], warning: false }, reader).blocks,
      )[0];

    expect(keepOf({ tier: 'low' })?.action_id).toBe(ACTION.keep);
    expect(keepOf({ tier: 'medium' })?.action_id).toBe(ACTION.keep);
    expect(keepOf({ tier: 'high' })?.action_id).toBe(ACTION.keepWithReason);
    expect(keepOf({ tier: 'critical' })?.action_id).toBe(ACTION.keepWithReason);
    expect(keepOf({ tier: 'low', purpose: undefined })?.action_id).toBe(ACTION.keepWithReason);
  });

  it('recommends but never pre-selects: no button stands out', () => {
    const { blocks } = renderDigest({ dockets: [sampleDocket(sampleItems(10))], warning: false }, reader);

    expect(buttonsOf(blocks).filter(({ style }) => style !== undefined)).toEqual([]);
  });

  it('answers for 60 unchanged accounts in at most 10 clicks', () => {
    const groups = Array.from({ length: 6 }, (_, position) => ({
      group: `g-${position}`,
      label: 'alike',
      count: 10,
      seen: 'ab'.repeat(8),
    }));
    const items = sampleItems(60, { unchanged: true });
    const { blocks } = renderDigest({ dockets: [sampleDocket(items, { groups })], warning: false }, reader);
    const clicks = buttonsOf(blocks).filter(({ action_id }) => action_id === ACTION.keepGroup);

    expect(clicks.map(({ value }) => GroupValue.parse(JSON.parse(value)).group)).toEqual(
      groups.map(({ group }) => group),
    );
  });

  it('names the item a button is about, to screen readers and to us', () => {
    const view = sampleItem({ name: 'x'.repeat(200) });
    const [keep] = buttonsOf(
      renderDigest({ dockets: [sampleDocket([view])], warning: false }, reader).blocks,
    );

    expect(keep?.accessibility_label?.length).toBeLessThanOrEqual(75);
    expect(ItemValue.parse(JSON.parse(keep?.value ?? ''))).toEqual({
      campaignId: view.item.campaignId,
      identityKey: view.item.identityKey,
    });
  });

  it('says on a button that decides at once what stood next to it, and on no other', () => {
    const views = [sampleItem({ tier: 'low' }), sampleItem({ tier: 'high' })];
    const { blocks } = renderDigest({ dockets: [sampleDocket(views)], warning: false }, reader);
    const seen = buttonsOf(blocks).map(({ action_id, value }) => [
      action_id,
      ItemValue.parse(JSON.parse(value ?? '')).seen,
    ]);

    expect(Object.fromEntries(seen)).toEqual({
      keep: '0.abababababab',
      'keep-with-reason': undefined,
      'switch-off': undefined,
      more: undefined,
    });
  });

  it('thanks when nothing is open', () => {
    const message = renderDigest({ dockets: [sampleDocket([])], warning: false }, reader);

    expectMessage(message);
    expect(message.text).toBe('Thank you. Nothing is waiting for your answer.');
  });
});
