// The form in which security is asked about a docket.
import { FIELD } from './answer-fields.ts';
import { type Modal, section, words } from './blocks.ts';
import { type AskContext, CALLBACK } from './references.ts';
import { prose } from './text.ts';

/** Characters of a question. */
export const MAX_QUESTION = 1000;

/** The form. */
export function renderAskModal(docket: { readonly title: string }, metadata: AskContext): Modal {
  return {
    type: 'modal',
    callback_id: CALLBACK.askSecurity,
    title: words('Ask security'),
    submit: words('Ask'),
    close: words('Go back'),
    private_metadata: JSON.stringify(metadata),
    blocks: [
      section(
        `*${prose(docket.title, 150)}*\nYour question is posted in the channel of security, with your name and this review. Answers come to you as messages. The due date stays as it is.`,
      ),
      {
        type: 'input',
        block_id: FIELD.question,
        label: words('Your question'),
        hint: words('Say which identity you mean. Never write a secret here.'),
        optional: false,
        element: {
          type: 'plain_text_input',
          action_id: FIELD.question,
          multiline: true,
          max_length: MAX_QUESTION,
        },
      },
    ],
  };
}
