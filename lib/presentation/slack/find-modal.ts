// The form in which somebody looks for an identity that waits for their answer, and what was found.
import type { ItemView } from '../../application/ports/messenger.ts';
import { lastUseWords, type Reader, tierWords } from '../wording.ts';
import { FIELD } from './answer-fields.ts';
import { type Block, context, type Modal, sectionWith, words } from './blocks.ts';
import { itemButton } from './press.ts';
import { ACTION, CALLBACK, rowId } from './references.ts';
import { code, plain, prose } from './text.ts';

/** Longest text that is looked for. */
export const MAX_FIND = 300;

/** The form. `found` is what was found for `text`; absent before the first search. */
export function renderFindModal(text: string, reader: Reader, found?: readonly ItemView[]): Modal {
  const start = text.trim() === '' ? {} : { initial_value: plain(text, MAX_FIND) };
  return {
    type: 'modal',
    callback_id: CALLBACK.find,
    title: words('Review an identity'),
    submit: words('Search'),
    close: words('Close'),
    private_metadata: '',
    blocks: [
      {
        type: 'input',
        block_id: FIELD.find,
        label: words('Name or id'),
        hint: words('The beginning of a name is enough. Only what waits for your answer is found.'),
        optional: false,
        element: { type: 'plain_text_input', action_id: FIELD.find, max_length: MAX_FIND, ...start },
      },
      ...(found === undefined ? [] : foundBlocks(found, reader)),
    ],
  };
}

function foundBlocks(found: readonly ItemView[], reader: Reader): readonly Block[] {
  if (found.length === 0) return [context('Nothing by that name is waiting for your answer.')];
  return found.map(({ item, snapshot }) => {
    const where = prose(`${item.connector} ${snapshot.identity.scope}`, 120);
    const used = prose(lastUseWords(snapshot.identity.lastUse, reader), 160);
    return sectionWith(
      `${code(item.name, 120)} in ${where} · ${tierWords(item.tier).toLowerCase()}\n*Last used:* ${used}`,
      rowId('ephemeral', 'found', item.campaignId, item.identityKey),
      itemButton(ACTION.found, 'Review…', item, item.name),
    );
  });
}
