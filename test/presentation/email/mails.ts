// One message of every purpose, with texts as hostile as the test wants them.
import type { DocketView, ItemView, MessageBody } from '../../../lib/application/ports/messenger.ts';
import type { PendingApproval } from '../../../lib/application/review-actions.ts';
import type { NoticePurpose } from '../../../lib/domain/chase/notice.ts';
import { known } from '../../../lib/domain/identity/fact.ts';
import type { RiskTier } from '../../../lib/domain/identity/risk-tier.ts';
import {
  ago,
  ahead,
  decision,
  identity,
  item,
  NOW,
  person,
  removal,
  snapshot,
} from '../../domain/identity/samples.ts';

export const LINK = 'https://reviews.example.com/review/abcdefghijklmnopqrstuvwxyzabcdefghijklmno_-';
export const ADA = person('ada', { name: 'Ada', timeZone: 'Europe/Madrid' });

export function view(name: string, tier: RiskTier, risk: number): ItemView {
  return {
    item: item({ name: name.slice(0, 1024), tier, risk }),
    snapshot: snapshot({
      identity: identity({
        name: name.slice(0, 1024),
        purpose: known(name, name),
        createdBy: known(name, name),
      }),
      question: `Still needed for ${name}, with these credentials and this access?`,
      recommendation: { advice: 'switch-off', reasons: [`It was last used 200 days ago. ${name}`] },
      changes: [name],
      comparedWith: 'att-1',
      breaksIfRemoved: name,
    }),
  };
}

export function docket(items: readonly ItemView[], title = 'Quarterly review'): DocketView {
  const count = (tier: RiskTier) => items.filter(({ item }) => item.tier === tier).length;
  return {
    campaignId: 'quarterly-20260901',
    title,
    dueAt: ahead(14),
    graceEndsAt: ahead(19),
    open: items.length,
    byTier: { critical: count('critical'), high: count('high'), medium: count('medium'), low: count('low') },
    items,
    groups: [{ group: 'g-1', label: title, count: 12, seen: 'ab'.repeat(8) }],
  };
}

function approval(text: string): PendingApproval {
  return {
    kind: 'second-decision',
    id: 'd-1',
    campaignId: 'c',
    identityKey: 'ab'.repeat(32),
    title: text,
    detail: text,
    askedBy: text,
    since: ago(1),
  };
}

/** Every purpose once; `text` stands wherever something from outside may stand. */
export function everyBody(text: string): readonly (MessageBody & { purpose: NoticePurpose })[] {
  const name = text.slice(0, 1024);
  const dockets = [
    docket([view(text, 'low', 9), view(text, 'critical', 95), view(text, 'medium', 40)], text),
  ];
  const held = removal({
    name,
    holds: [
      { code: 'contradiction', cause: text, ownerId: 'ada', heldAt: ago(1), holdUntil: ahead(3) } as never,
    ],
    executedAt: ago(1),
    verification: { level: 'confirmed', at: NOW, reasons: [text], checks: 1 },
    sessionsMayLiveUntil: ahead(1),
  });
  const reminder = {
    identityName: text,
    ref: { campaignId: 'c', identityKey: 'k', id: 'x' },
    text,
    until: ahead(9),
  };
  const asked = view(text, 'high', 70);
  return [
    { purpose: 'digest', dockets, rung: 'open', link: LINK },
    { purpose: 'switch-off-warning', dockets, rung: 'last', link: LINK },
    {
      purpose: 'escalation',
      warning: true,
      lines: (['manager', 'backup', 'fallback', 'bystander'] as const).flatMap((as) =>
        dockets.map((one) => ({ reviewer: text, as, docket: one })),
      ),
      more: 2,
    },
    ...(
      [
        'switched-off',
        'restored',
        'held',
        'drift',
        'manual-task',
        'removal-warning',
        'brown-out',
        'screamed',
      ] as const
    ).map((purpose) => ({
      purpose,
      removal: held,
      text,
      undoUntil: ahead(20),
    })),
    {
      purpose: 'second-approval',
      item: { ...asked, item: { ...asked.item, decision: decision({ reason: text }) } },
      askedBy: text,
      text,
    },
    { purpose: 'exception-request', ...reminder },
    { purpose: 'exception-ending', ...reminder },
    { purpose: 'promise-reminder', ...reminder },
    { purpose: 'claim-wanted', items: [asked], text },
    { purpose: 'one-time-code', code: '482913', minutes: 10 },
    { purpose: 'findings', campaignId: 'c', title: text, findings: [{ code: 'unowned', text, count: 4 }] },
    {
      purpose: 'removal-list',
      news: (['switched-off', 'held'] as const).map((what) => ({
        what,
        removal: held,
        text,
        undoUntil: ahead(20),
      })),
      more: 3,
    },
    { purpose: 'approval-list', approvals: [approval(text)], more: 1 },
    { purpose: 'sample-wanted', item: asked, keptBy: text, sampleId: 's-1', text },
    {
      purpose: 'delegation',
      from: text,
      to: text,
      until: ahead(9),
      campaigns: [text],
      reason: text,
      ended: false,
    },
    { purpose: 'security-answer', campaignId: 'c', title: text, from: text, text },
    {
      purpose: 'weekly-summary',
      campaigns: [
        {
          campaignId: 'c',
          title: text,
          state: 'open',
          dueAt: ahead(9),
          items: 12,
          open: 5,
          late: 2,
          held: 1,
          findings: 3,
          waitingFor: [{ name: text, open: 4 }],
        },
      ],
      unsubscribe: 'https://reviews.example.com/unsubscribe/abc',
    },
  ];
}
