// Asks a second person to look again at a keep that was drawn at random.
import type { Reader } from '../wording.ts';
import { buttons, context, header, type SlackMessage, section } from './blocks.ts';
import type { Body } from './body.ts';
import { itemText } from './item-blocks.ts';
import { approvalButtons, itemButton } from './press.ts';
import { ACTION, rowId } from './references.ts';
import { code, prose } from './text.ts';

/** The message, with the item as its reviewer saw it. */
export function renderSampleWanted(body: Body<'sample-wanted'>, reader: Reader): SlackMessage {
  const { item } = body.item;
  const { campaignId, identityKey, name } = item;
  const said = `${prose(body.keptBy, 120)} kept ${code(name, 120)}. Would you have?`;
  return {
    text: `${said} ${prose(body.text, 1000)}`,
    blocks: [
      header('A second look is wanted'),
      section(`${said}\n${prose(body.text, 1000)}`),
      section(itemText(body.item, reader)),
      buttons(rowId('note', body.sampleId), [
        ...approvalButtons({ kind: 'sample', campaignId, identityKey, id: body.sampleId }),
        itemButton(ACTION.evidence, 'Show evidence', item, name),
      ]),
      context('It was drawn at random. Neither answer says that somebody did wrong.'),
    ],
  };
}
