// The digest: what is due, worst first, what decides it, what is recommended, what silence means, and one link.
import type { DocketView, ItemView, MessageBody } from '../../application/ports/messenger.ts';
import { atLeast } from '../../domain/identity/risk-tier.ts';
import type { Instant } from '../../domain/time.ts';
import { decidingRows, placeWords } from '../web/evidence.ts';
import { oneLine } from '../web/safe-text.ts';
import { countWords, dueWords, questionWords, type Reader, silenceWords, tierCounts } from '../wording.ts';
import { type MailBlock, type MailDocument, REPLY_IS_NO_ANSWER } from './mail-document.ts';

type DigestBody = Extract<MessageBody, { purpose: 'digest' | 'switch-off-warning' }>;

/** Gmail cuts mails at about 100 kB; ten items stay well below. */
const MAX_ITEMS = 10;
const MAX_DOCKETS = 8;

/** Values are cut here: with ten items of the longest texts, the mail stays below what Gmail shows. */
const MAX_VALUE = 240;

const FORWARDING =
  'The link in this mail only shows what is due. Whoever you forward it to can read it, and cannot answer.';

/** The mail of a digest, or of the last call before switching off. */
export function digestMail(body: DigestBody, reader: Reader): MailDocument {
  const due = body.dockets.filter(({ open }) => open > 0);
  const open = due.reduce((sum, docket) => sum + docket.open, 0);
  if (due.length === 0) return nothingDue();
  const asks = `${countWords(open, 'identity needs', 'identities need')} your answer`;
  const first = due.map(({ dueAt }) => dueAt).toSorted()[0] as Instant;
  const grace = due.map(({ graceEndsAt }) => graceEndsAt).toSorted()[0] as Instant;
  const warning = body.purpose === 'switch-off-warning';
  const counts = due.map((docket) => `${docket.title}: ${tierCounts(docket.byTier)}`).join('; ');
  return {
    subject: warning
      ? `Last call before switching off: ${asks} by ${dueWords(grace, reader)}`
      : `${asks} by ${dueWords(first, reader)}`,
    preview: counts,
    blocks: [
      { kind: 'heading', text: warning ? 'Last call before switching off' : asks },
      { kind: 'paragraph', text: openingText(asks, warning, first, grace, reader) },
      ...linkBlocks(body.link),
      ...docketBlocks(due.slice(0, MAX_DOCKETS), reader),
      ...hiddenBlocks(due.length - MAX_DOCKETS),
      { kind: 'paragraph', text: silenceWords(grace, reader) },
      ...stepsToAnswer(body.link, due),
    ],
    footer: [
      REPLY_IS_NO_ANSWER,
      ...(body.link === undefined ? [] : [FORWARDING]),
      'You get this because you answer for these identities. It stops as soon as nothing is left to answer.',
    ],
  };
}

function openingText(asks: string, warning: boolean, first: Instant, grace: Instant, reader: Reader): string {
  if (!warning) return `Please say by ${dueWords(first, reader)} what is still needed. The worst come first.`;
  return `${asks}. It was due ${dueWords(first, reader)}. ${silenceWords(grace, reader)}`;
}

function linkBlocks(link: string | undefined): readonly MailBlock[] {
  return link === undefined ? [] : [{ kind: 'link', url: link, label: 'See everything and answer' }];
}

function docketBlocks(dockets: readonly DocketView[], reader: Reader): readonly MailBlock[] {
  const share = Math.max(1, Math.floor(MAX_ITEMS / dockets.length));
  return dockets.flatMap((docket): MailBlock[] => {
    const items = docket.items.toSorted((a, b) => b.item.risk - a.item.risk).slice(0, share);
    const rest = docket.open - items.length;
    const progress = `Due ${dueWords(docket.dueAt, reader)}. ${docket.open} open (${tierCounts(docket.byTier)}).`;
    return [
      { kind: 'heading', text: docket.title },
      { kind: 'paragraph', text: progress },
      ...items.map((view) => itemCard(view, reader)),
      ...groupLines(docket),
      ...(rest > 0 ? ([{ kind: 'paragraph', text: `And ${rest} more on the review page.` }] as const) : []),
    ];
  });
}

/** An item with the facts that decide. */
export function itemCard(view: ItemView, reader: Reader): MailBlock {
  return {
    kind: 'card',
    title: oneLine(view.item.name, MAX_VALUE),
    subtitle: placeWords(view),
    tier: view.item.tier,
    lead: oneLine(questionWords(view.snapshot), MAX_VALUE),
    rows: decidingRows(view, reader).map(({ label, value }) => ({ label, value: oneLine(value, MAX_VALUE) })),
  };
}

function groupLines({ groups }: DocketView): readonly MailBlock[] {
  if (groups.length === 0) return [];
  const items = groups
    .slice(0, 6)
    .map(({ label, count }) => `${count} alike and unchanged since last time, kept with one tick: ${label}`);
  return [{ kind: 'bullets', items }];
}

function hiddenBlocks(hidden: number): readonly MailBlock[] {
  if (hidden <= 0) return [];
  return [{ kind: 'paragraph', text: `And ${countWords(hidden, 'more review')} on the review page.` }];
}

function stepsToAnswer(link: string | undefined, due: readonly DocketView[]): readonly MailBlock[] {
  const risky = due.some(({ byTier }) => byTier.critical + byTier.high > 0);
  const listed = due.flatMap(({ items }) => items).some(({ item }) => atLeast(item.tier, 'high'));
  const strong =
    risky || listed
      ? [
          'High and critical risk is answered in Slack, or with the command "countersign decide", never by mail alone.',
        ]
      : [];
  const steps =
    link === undefined
      ? ['Answer in the Countersign app in Slack, or with the command "countersign inbox".']
      : [
          'Answer on the review page: it sends you a one-time code, good for 10 minutes in that browser. Or answer in the Countersign app in Slack.',
        ];
  return [
    { kind: 'heading', text: 'How to answer' },
    { kind: 'bullets', items: [...steps, ...strong] },
  ];
}

function nothingDue(): MailDocument {
  return {
    subject: 'Nothing is waiting for your answer',
    preview: 'Thank you.',
    blocks: [{ kind: 'paragraph', text: 'Thank you. Nothing is waiting for your answer.' }],
    footer: [REPLY_IS_NO_ANSWER],
  };
}
