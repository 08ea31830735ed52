import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemView } from '../../../lib/application/ports/messenger.ts';
import type {
  DeskView,
  GroupMember,
  GroupView,
  PendingApproval,
} from '../../../lib/application/review-actions.ts';
import { Verdict } from '../../../lib/domain/review/decision.ts';
import { seenMark } from '../../../lib/domain/review/seen.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { FIELD } from '../../../lib/presentation/slack/answer-fields.ts';
import {
  renderAnswerModal,
  renderDisagreeModal,
  renderSayingModal,
} from '../../../lib/presentation/slack/answer-modal.ts';
import type { Block, Modal } from '../../../lib/presentation/slack/blocks.ts';
import { renderDelegateModal } from '../../../lib/presentation/slack/delegate-modal.ts';
import { renderEvidenceModal } from '../../../lib/presentation/slack/evidence-modal.ts';
import { renderFindModal } from '../../../lib/presentation/slack/find-modal.ts';
import { renderGroupModal } from '../../../lib/presentation/slack/group-modal.ts';
import { HOME_PAGE_ITEMS, renderClosedHome, renderHome } from '../../../lib/presentation/slack/home.ts';
import { renderNotTodayModal } from '../../../lib/presentation/slack/not-today-modal.ts';
import { AnswerContext, PageValue, readTick } from '../../../lib/presentation/slack/references.ts';
import { expectView, markupIn } from '../../support/slack/block-kit.ts';
import { hostileName } from '../../support/slack/hostile.ts';
import {
  campaignId,
  now,
  sampleDocket,
  sampleItem,
  sampleItems,
  samplePerson,
} from '../../support/slack/samples.ts';

const reader = { now, timeZone: 'Europe/Zurich' };
const origin = { surface: 'digest', channelId: 'D1', messageTs: '1.000001' } as const;
const until = '2026-12-21T09:00:00.000Z' as Instant;

function fieldsOf({ blocks }: Modal): Readonly<Record<string, boolean>> {
  const inputs = blocks.flatMap((block) =>
    block.type === 'input' ? [[block.block_id, block.optional] as const] : [],
  );
  return Object.fromEntries(inputs);
}

function never(): never {
  throw new Error('there is none');
}

function desk(more: Partial<DeskView> = {}): DeskView {
  return { person: samplePerson(), now, dockets: [], approvals: [], recent: [], ...more };
}

function approval(kind: PendingApproval['kind'], text: string, position: number): PendingApproval {
  const { identityKey } = sampleItem({ nativeId: `user/${position}` }).item;
  return {
    kind,
    id: `id-${position}`,
    campaignId,
    identityKey,
    title: text,
    detail: text,
    askedBy: text,
    since: now,
  };
}

const approvalKinds = [
  'second-decision',
  'exception',
  'removal-hold',
  'manual-task',
  'claim',
  'sample',
] as const;

describe('the answer modal', () => {
  it('asks nothing beforehand and chooses nothing', () => {
    const modal = renderAnswerModal({ view: sampleItem(), origin }, reader);

    expectView(modal);
    expect(fieldsOf(modal)).toEqual({ verdict: false });
    expect(JSON.stringify(modal)).not.toContain('initial_');
  });

  it('asks what each answer needs', () => {
    const view = sampleItem({ tier: 'low', credentials: 2 });
    const fields = Object.fromEntries(
      Verdict.options.map((chosen) => {
        const { verdict: _menu, ...rest } = fieldsOf(renderAnswerModal({ view, origin, chosen }, reader));
        return [chosen, rest];
      }),
    );

    expect(fields).toEqual({
      certify: { reason: true },
      revoke: { credentials: true, reason: true },
      reduce: { to: false, due: true, reason: true },
      rotate: { credentials: true, due: true, reason: true },
      retire: { on: false, reason: true },
      except: { until: false, control: false, reason: false },
      reassign: { person: false, reason: true },
      'not-mine': { reason: true },
    });
  });

  it('wants a reason from high risk on, and a purpose when nobody knows it', () => {
    const high = renderAnswerModal({ view: sampleItem({ tier: 'high' }), origin, fixed: 'certify' }, reader);
    const nameless = sampleItem({ tier: 'low', purpose: undefined });

    expect(fieldsOf(high)).toEqual({ reason: false });
    expect(fieldsOf(renderAnswerModal({ view: nameless, origin, fixed: 'certify' }, reader))).toEqual({
      purpose: false,
      reason: true,
    });
  });

  it('carries the item as shown and where it came from, nothing more', () => {
    const view = sampleItem();
    const modal = renderAnswerModal({ view, origin, fixed: 'revoke' }, reader);

    expect(AnswerContext.parse(JSON.parse(modal.private_metadata))).toEqual({
      item: { campaignId, identityKey: view.item.identityKey, seen: seenMark(view.item) },
      origin,
      fixed: 'revoke',
      tier: 'high',
      openedAt: now,
    });
  });

  it('remembers when it was opened first, however often it is drawn anew', () => {
    const openedAt = '2026-11-20T08:00:00.000Z' as Instant;
    const modal = renderAnswerModal({ view: sampleItem(), origin, openedAt }, reader);

    expect(JSON.parse(modal.private_metadata)).toMatchObject({ openedAt });
  });

  it.each([0, 3, 250, 2500])('offers %i candidates', (count) => {
    const candidates = Array.from({ length: count }, (_, position) =>
      samplePerson({
        personId: `person-${position}`,
        name: `Person ${position}`,
        email: `p${position}@acme.example`,
      }),
    );
    const modal = renderAnswerModal({ view: sampleItem(), origin, chosen: 'reassign', candidates }, reader);

    expectView(modal);
    expect(fieldsOf(modal)[FIELD.person]).toBe(false);
  });

  it('fits whatever identities are called', () => {
    fc.assert(
      fc.property(hostileName, (text) => {
        const view = sampleItem({ name: text, text, credentials: 60 });
        const candidates = [samplePerson({ name: text.slice(0, 200) || 'x' })];
        for (const chosen of Verdict.options) {
          expectView(renderAnswerModal({ view, origin, chosen, candidates }, reader));
        }
        const evidence = renderEvidenceModal(view, reader);
        expectView(evidence);
        for (const markup of markupIn(evidence)) expect(markup).not.toMatch(/[<>]/);
        expectView(renderSayingModal(text));
      }),
      { numRuns: 30 },
    );
  });

  it.each(['certify', 'revoke'] as const)('looks as reviewed when opened for %s', (fixed) => {
    const modal = renderAnswerModal({ view: sampleItem({ credentials: 2 }), origin, fixed }, reader);

    expect(modal).toMatchSnapshot();
  });
});

describe('the evidence modal', () => {
  it('gives each fact its source, or says where we looked', () => {
    const modal = renderEvidenceModal(sampleItem(), reader);
    const said = markupIn(modal).join('\n');

    expectView(modal);
    expect(said).toContain('*Purpose:* deploys the shop (tag purpose)');
    expect(said).toContain('*Approval:* unknown (looked in tags, CODEOWNERS)');
    expect(said).toContain('*How:* UpdateAccessKey Inactive (disable, can be undone)');
    expect(modal).toMatchSnapshot();
  });
});

describe('the modal of a second person', () => {
  it('wants the reason of a disagreement', () => {
    const { kind, id } = approval('exception', 'x', 1);
    const modal = renderDisagreeModal({
      approval: { kind, id, campaignId, identityKey: sampleItem().item.identityKey },
      origin,
      pressed: 'note|1',
    });

    expectView(modal);
    expect(fieldsOf(modal)).toEqual({ reason: false });
  });
});

describe('the form of a group', () => {
  const group = { campaignId, group: 'g-1', seen: 'ab'.repeat(8) };
  const member = (view: ItemView, why?: 'risk' | 'changed' | 'advice') => ({ view, why });
  const view = (alike: number, outliers: readonly GroupMember[] = [], text = 'shop'): GroupView => ({
    ...group,
    title: text,
    label: text,
    alike: sampleItems(alike, { name: text }).map((each) => member(each)),
    outliers,
    more: 3,
  });
  const ticks = ({ blocks }: Modal) =>
    blocks.flatMap((block) =>
      block.type === 'input' && block.element.type === 'checkboxes' ? [block.element] : [],
    );

  it.each([0, 1, 10, 11, 100])('fits %i alike, all of them ticked', (count) => {
    const modal = renderGroupModal(view(count), { group, origin }, reader);

    expectView(modal);
    const sets = ticks(modal);
    expect(sets.flatMap(({ options }) => options)).toHaveLength(count);
    expect(sets.flatMap(({ initial_options = [] }) => initial_options)).toHaveLength(count);
  });

  it('lists outliers with the reason, and ticks none', () => {
    const outliers = [
      member(sampleItem({ name: 'changed-one', nativeId: 'user/1' }), 'changed'),
      member(sampleItem({ name: 'unused-one', nativeId: 'user/2' }), 'advice'),
      member(sampleItem({ name: 'mighty-one', nativeId: 'user/3' }), 'risk'),
    ];
    const modal = renderGroupModal(view(0, outliers), { group, origin }, reader);

    expectView(modal);
    expect(ticks(modal).flatMap(({ initial_options = [] }) => initial_options)).toEqual([]);
    const said = ticks(modal).flatMap(({ options }) => options.map(({ description }) => description?.text));
    expect(said).toEqual(['Changed: a policy was attached', expect.stringContaining('We suggest: ')]);
    expect(markupIn(modal).join()).toContain('needs an answer of its own, for their risk: `mighty-one`');
    expect(fieldsOf(modal)['reason']).toBe(true);
  });

  it('says in each tick what was seen, and in nothing else', () => {
    const [only] = ticks(renderGroupModal(view(1), { group, origin }, reader));
    const [shown] = view(1).alike;

    expect(only?.options.map(({ value }) => readTick(value))).toEqual([
      { identityKey: shown?.view.item.identityKey, seen: seenMark(shown?.view.item ?? never()) },
    ]);
    expect(readTick('x')).toBeUndefined();
    expect(readTick(`${only?.options[0]?.value} more`)).toBeUndefined();
  });

  it('fits whatever identities are called', () => {
    fc.assert(
      fc.property(hostileName, (text) => {
        const outliers = sampleItems(20, { name: text, text }).map((each, position) =>
          member(each, (['risk', 'changed', 'advice'] as const)[position % 3]),
        );
        const modal = renderGroupModal(view(11, outliers, text), { group, origin }, reader);
        expectView(modal);
        for (const markup of markupIn(modal)) expect(markup).not.toMatch(/[<>]/);
        expectView(renderDelegateModal());
        const found = outliers.slice(0, 10).map(({ view: each }) => each);
        expectView(renderFindModal(text.slice(0, 300), reader, found));
        const docket = { title: text, dueAt: until };
        expectView(renderNotTodayModal(docket, { docket: { campaignId }, origin }, reader));
      }),
      { numRuns: 30 },
    );
  });
});

describe('the home tab', () => {
  it.each([0, 1, 50, 2000])('fits %i items on every page', (count) => {
    const items = sampleItems(Math.max(count, 1)).slice(0, count);
    const docket = sampleDocket(items, { items: [] });
    for (const page of [0, 1, 9]) {
      const from = page * HOME_PAGE_ITEMS;
      const shown = { items: items.slice(from, from + HOME_PAGE_ITEMS), found: count, part: false };
      expectView(renderHome(desk({ dockets: [docket], page: shown }), { page }));
    }
  });

  it('fits the longest hostile texts, approvals and undo', () => {
    const text = '&<>*_`~:x: '.repeat(90);
    const items = sampleItems(60, { name: text, text });
    const dockets = Array.from({ length: 12 }, (_, position) =>
      sampleDocket(items, {
        campaignId: `campaign-${position}`,
        title: text,
        groups: Array.from({ length: 9 }, (_, each) => ({
          group: `g-${each}`,
          label: text,
          count: 3,
          seen: 'ab'.repeat(8),
        })),
      }),
    );
    const approvals = Array.from({ length: 30 }, (_, position) =>
      approval(approvalKinds[position % 5] ?? 'claim', text, position),
    );
    const recent = Array.from({ length: 30 }, (_, position) => ({
      at: now,
      text,
      undo: { identityKey: sampleItem().item.identityKey, removalId: `r-${position}`, until },
    }));

    const page = { items: items.slice(0, HOME_PAGE_ITEMS), found: 2000, part: true };
    const history = { acts: items.slice(0, 25).map(() => ({ at: now, text })), more: true };
    const filter = { tier: 'low', campaignId, advice: 'keep', unchanged: true } as const;
    for (const shown of [dockets.slice(0, 1), dockets]) {
      const view = desk({ dockets: shown, approvals, recent, page });
      expectView(renderHome(view, { page: 1, filter }));
      for (const tab of ['groups', 'decisions'] as const)
        expectView(renderHome(view, { page: 1, tab }, history));
    }
  });

  it('turns pages between the first and the last', () => {
    const items = sampleItems(40);
    const turning = (page: number) =>
      renderHome(desk({ dockets: [sampleDocket(items)] }), { page })
        .blocks.flatMap((block: Block) => (block.type === 'actions' ? block.elements : []))
        .filter(({ action_id }) => /^home-page:\d$/.test(action_id))
        .map((element) => PageValue.parse(JSON.parse('value' in element ? element.value : '')).page);

    expect(turning(0)).toEqual([1]);
    expect(turning(1)).toEqual([0, 2]);
    expect(turning(2)).toEqual([1]);
  });

  it('says so when nothing waits, and to whom it is closed', () => {
    expectView(renderHome(desk()));
    expectView(renderClosedHome('Countersign does not know you yet.'));
    expect(markupIn(renderHome(desk())).join()).toContain('We write to you when something is.');
  });

  it('looks as reviewed', () => {
    const approvals = approvalKinds.map((kind, position) => approval(kind, `A ${kind}`, position));
    const recent = [
      { at: now, text: 'Kept shop-reader.' },
      {
        at: now,
        text: 'Switched off old-key.',
        undo: { identityKey: sampleItem().item.identityKey, removalId: 'r-1', until },
      },
    ];
    const groups = [
      { group: 'g-1', label: 'acme/shop · ReadOnly · production', count: 12, seen: 'ab'.repeat(8) },
    ];

    expect(
      renderHome(
        desk({
          dockets: [sampleDocket(sampleItems(2), { groups })],
          approvals,
          recent,
          page: { items: sampleItems(2), found: 2, part: false },
        }),
      ),
    ).toMatchSnapshot();
  });

  it('shows every group, the seventh and later ones too', () => {
    const groups = Array.from({ length: 45 }, (_, each) => ({
      group: `g-${each}`,
      label: `group ${each}`,
      count: 3,
      seen: 'ab'.repeat(8),
    }));
    const view = desk({ dockets: [sampleDocket(sampleItems(200), { items: [], groups })] });
    const pages = [0, 1, 2].map((page) => renderHome(view, { page, tab: 'groups' }));

    for (const page of pages) expectView(page);
    const said = pages.flatMap(markupIn).filter((text) => text.includes(' alike, unchanged'));
    expect(said).toHaveLength(45);
    expect(said[44]).toContain('group 44');
  });

  it('keeps a group whole only when all of it was looked at', () => {
    const group = { group: 'g-1', label: 'many', count: 480, seen: 'ab'.repeat(8), part: true } as const;
    const view = desk({ dockets: [sampleDocket(sampleItems(3), { open: 2000, groups: [group] })] });
    const pressed = JSON.stringify(renderHome(view).blocks);

    expect(pressed).toContain('look-through');
    expect(pressed).not.toContain('keep-group');
  });
});
