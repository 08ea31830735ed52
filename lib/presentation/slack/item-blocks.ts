// One review item as a reviewer meets it: who it is, the three facts that decide, the advice, the buttons.
import type { ItemView } from '../../application/ports/messenger.ts';
import {
  abilityWords,
  adviceWords,
  breakageWords,
  dueWords,
  kindWords,
  lastUseWords,
  type Reader,
  tierWords,
} from '../wording.ts';
import { type Block, buttons, section } from './blocks.ts';
import { answerButtons } from './press.ts';
import { rowId, type Surface } from './references.ts';
import { code, prose } from './text.ts';

/** The item as two blocks. `surface` says where it stands. */
export function itemBlocks(view: ItemView, surface: Surface, reader: Reader): readonly Block[] {
  const { campaignId, identityKey } = view.item;
  return [
    section(itemText(view, reader)),
    buttons(rowId(surface, campaignId, identityKey), answerButtons(view)),
  ];
}

/** Everything needed to decide, in at most about 900 characters. */
export function itemText(view: ItemView, reader: Reader): string {
  const { item, snapshot } = view;
  const { identity } = snapshot;
  const scope = prose(`${item.connector} ${identity.scope}`, 90);
  const lines = [
    `${code(item.name, 120)} · ${kindWords(item.kind)} in ${scope} · ${tierWords(item.tier).toLowerCase()}`,
    `*Last used:* ${prose(lastUseWords(identity.lastUse, reader), 160)}`,
    `*Can do:* ${prose(abilityWords(identity.entitlements), 180)}`,
    `*If it goes:* ${prose(breakageWords(snapshot), 150)}`,
    `*We suggest:* ${prose(adviceWords(snapshot.recommendation), 180)}`,
  ];
  const said = answeredText(view, reader);
  return [...lines, ...said].join('\n');
}

/** What was already said about the item, and whether it has its own due date. */
function answeredText({ item }: ItemView, reader: Reader): readonly string[] {
  const own = item.dueAt ? [`*Due:* ${dueWords(item.dueAt, reader)}, because it was reopened`] : [];
  const waiting = item.decision?.awaitingSecond ? ['_Answered; waits for a second person._'] : [];
  return [...own, ...waiting];
}
