// A reviewer wants to ask security about a docket: the form, while the docket is theirs.
import { renderAskModal } from '../../presentation/slack/ask-modal.ts';
import { DocketValue } from '../../presentation/slack/references.ts';
import { tellIfPossible } from './edge.ts';
import { parseValue } from './json-value.ts';
import { open, type Press, unreadable } from './press.ts';

const NOTHING_TO_ASK = 'Security cannot be asked about that review any more.';

/** Opens the form. */
export async function openAsk(press: Press): Promise<void> {
  const { edge, action, origin, person, body } = press;
  const docket = parseValue(DocketValue, action.value);
  if (!docket) return unreadable(press);
  const desk = await edge.actions.desk(person.personId, { page: { from: 0, size: 0 } });
  const found = desk.dockets.find(
    ({ campaignId, forPersonId, asksSecurity }) =>
      campaignId === docket.campaignId && forPersonId === undefined && asksSecurity === true,
  );
  if (!found) return tellIfPossible(edge, body.user.id, origin, NOTHING_TO_ASK);
  return open(press, renderAskModal(found, { docket, origin }));
}
