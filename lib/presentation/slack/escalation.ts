// Missing answers, as told to people besides the reviewer: no button that decides, unless they may decide.
import type { EscalationLine } from '../../application/ports/messenger.ts';
import {
  type EscalationBody,
  escalationTitle,
  missingWords,
  moreWords,
  partWords,
} from '../escalation-words.ts';
import { type Reader, silenceWords } from '../wording.ts';
import { type Block, buttons, context, header, type SlackMessage, section, textLength } from './blocks.ts';
import { itemButton } from './press.ts';
import { ACTION, rowId } from './references.ts';
import { code, plain, prose } from './text.ts';

const MAX_BLOCKS = 48;
const MAX_TEXT = 10_500;
const MAX_NAMED = 3;

/** The escalation as a message. Any number of dockets fits. */
export function renderEscalation(body: EscalationBody, reader: Reader): SlackMessage {
  const title = escalationTitle(body);
  const blocks: Block[] = [header(plain(title, 150))];
  let shown = 0;
  for (const [position, line] of body.lines.entries()) {
    const next = lineBlocks(line, String(position), reader);
    if (blocks.length + next.length > MAX_BLOCKS || textLength([blocks, next]) > MAX_TEXT) break;
    blocks.push(...next);
    shown += 1;
  }
  const more = moreWords({ ...body, more: body.more + body.lines.length - shown });
  const graces = body.lines.map(({ docket }) => docket.graceEndsAt).toSorted();
  const closing = [more, graces[0] === undefined ? '' : silenceWords(graces[0], reader)]
    .filter(Boolean)
    .join('\n');
  const told = body.lines.slice(0, 5).map((line) => prose(missingWords(line, reader), 400));
  return {
    text: [`${title}.`, ...told].join(' '),
    blocks: closing === '' ? blocks : [...blocks, context(prose(closing, 900))],
  };
}

function lineBlocks(line: EscalationLine, position: string, reader: Reader): readonly Block[] {
  const { docket, as } = line;
  const items = docket.items.slice(0, MAX_NAMED);
  const names = items.map(({ item }) => code(item.name, 120)).join(', ');
  const said = section(
    `*${prose(docket.title, 120)}*\n${prose(missingWords(line, reader), 500)}${names ? `\n${names}` : ''}\n${prose(partWords(line), 400)}`,
  );
  // A form says what it is about before it decides; one click in a message about others would not.
  const rows = as === 'backup' ? items : [];
  return [
    said,
    ...rows.map(({ item }) =>
      buttons(rowId('note', position, item.campaignId, item.identityKey), [
        itemButton(
          ACTION.more,
          items.length > 1 ? plain(`Answer for ${item.name}`, 75) : 'Answer…',
          item,
          item.name,
        ),
        itemButton(ACTION.evidence, 'Show evidence', item, item.name),
      ]),
    ),
  ];
}
