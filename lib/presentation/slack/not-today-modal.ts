// The form that puts reminders about a docket off: until when, and why.
import { latestSnooze, SNOOZE_ENDS_DAYS_BEFORE } from '../../domain/review/snooze.ts';
import type { Instant } from '../../domain/time.ts';
import { dueWords, type Reader } from '../wording.ts';
import { FIELD } from './answer-fields.ts';
import { type Modal, section, words } from './blocks.ts';
import { CALLBACK, type NotTodayContext } from './references.ts';
import { prose } from './text.ts';

/** The form. */
export function renderNotTodayModal(
  docket: { readonly title: string; readonly dueAt: Instant },
  metadata: NotTodayContext,
  reader: Reader,
): Modal {
  const latest = dueWords(latestSnooze(docket.dueAt), reader);
  return {
    type: 'modal',
    callback_id: CALLBACK.notToday,
    title: words('Not today'),
    submit: words('Remind me later'),
    close: words('Go back'),
    private_metadata: JSON.stringify(metadata),
    blocks: [
      section(
        `*${prose(docket.title, 150)}*\nNo reminder until the day you choose. This can be done once a review. The due date and the last call before switching off stay as they are.`,
      ),
      {
        type: 'input',
        block_id: FIELD.until,
        label: words('Until'),
        hint: words(
          `At the latest ${SNOOZE_ENDS_DAYS_BEFORE} days before it is due: ${latest}.`.slice(0, 150),
        ),
        optional: false,
        element: { type: 'datepicker', action_id: FIELD.until },
      },
      {
        type: 'input',
        block_id: FIELD.reason,
        label: words('Why'),
        optional: false,
        element: { type: 'plain_text_input', action_id: FIELD.reason, max_length: 300 },
      },
    ],
  };
}
