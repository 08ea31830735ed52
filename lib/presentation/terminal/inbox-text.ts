// One person's desk on the terminal: what is asked, what waits for their word, what they can still undo.
import type { DeskView } from '../../application/review-actions.ts';
import { oneLine } from '../web/safe-text.ts';
import { adviceWords, countWords, dueWords } from '../wording.ts';
import { heading, type Look, tierPaint } from './look.ts';
import { tableOf } from './table.ts';

/** The desk, with the ids that `decide`, `approve` and `removals restore` take. */
export function inboxText(desk: DeskView, look: Look): string {
  const { person, dockets, approvals, recent } = desk;
  const nothing = dockets.length === 0 && approvals.length === 0;
  return [
    `${look.paint.bold(oneLine(person.name))} (${person.personId})${nothing ? ': nothing to do' : ''}\n`,
    ...dockets.map((docket) => docketText(docket, look)),
    approvalsText(approvals, look),
    recentText(recent, look),
  ].join('');
}

function docketText(docket: DeskView['dockets'][number], look: Look): string {
  const title = `${oneLine(docket.title)}: ${countWords(docket.open, 'question')}, due ${dueWords(docket.dueAt, look)}`;
  return `${heading(look, title)}${tableOf(
    [
      { title: 'ITEM', flexible: true },
      { title: 'TIER', paint: (text) => tierPaint(look.paint, text)(text) },
      { title: 'RECOMMENDED', flexible: true },
    ],
    docket.items.map(({ item, snapshot }) => [
      `${item.campaignId}/${item.name}`,
      item.tier,
      adviceWords(snapshot.recommendation),
    ]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

function approvalsText(approvals: DeskView['approvals'], look: Look): string {
  if (approvals.length === 0) return '';
  return `${heading(look, `Waiting for your word: ${approvals.length}`)}${tableOf(
    [
      { title: 'WHAT' },
      { title: 'ABOUT', flexible: true },
      { title: 'DETAIL', flexible: true },
      { title: 'APPROVE WITH', flexible: true },
    ],
    approvals.map(({ kind, title, detail, campaignId, identityKey, id }) => [
      kind,
      title,
      detail,
      kind === 'removal-hold' || kind === 'manual-task'
        ? `removals approve ${id}`
        : `approve ${campaignId}/${identityKey}`,
    ]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

function recentText(recent: DeskView['recent'], look: Look): string {
  if (recent.length === 0) return '';
  return `${heading(look, 'Lately')}${tableOf(
    [{ title: 'DAY' }, { title: 'WHAT', flexible: true }, { title: 'UNDO WITH', flexible: true }],
    recent.map(({ at, text, undo }) => [
      at.slice(0, 10),
      text,
      undo ? `removals restore ${undo.removalId} (until ${undo.until.slice(0, 10)})` : '',
    ]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

/** Who has something to do. */
export function inboxesText(
  lines: readonly {
    readonly personId: string;
    readonly name: string;
    readonly open: number;
    readonly approvals: number;
  }[],
  look: Look,
): string {
  if (lines.length === 0) return 'Nobody has anything to do.\n';
  return tableOf(
    [
      { title: 'PERSON' },
      { title: 'NAME', flexible: true },
      { title: 'QUESTIONS', align: 'right' },
      { title: 'APPROVALS', align: 'right' },
    ],
    lines.map(({ personId, name, open, approvals }) => [personId, name, String(open), String(approvals)]),
    { width: look.width, heading: look.paint.dim },
  );
}
