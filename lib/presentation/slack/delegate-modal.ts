// The form in which somebody lets another person answer for them for a while.
import { MAX_DELEGATION_DAYS } from '../../domain/review/delegation.ts';
import { FIELD } from './answer-fields.ts';
import { type Modal, section, words } from './blocks.ts';
import { CALLBACK } from './references.ts';

/** The form. */
export function renderDelegateModal(): Modal {
  return {
    type: 'modal',
    callback_id: CALLBACK.delegate,
    title: words('Delegate'),
    submit: words('Delegate'),
    close: words('Go back'),
    private_metadata: '',
    blocks: [
      section(
        'Somebody else may answer for you in the reviews that wait for you now. You stay the reviewer, and what they answer is recorded under their own name.',
      ),
      {
        type: 'input',
        block_id: FIELD.person,
        label: words('To whom'),
        hint: words('The rules of each review say who may be asked.'),
        optional: false,
        element: { type: 'users_select', action_id: FIELD.person, placeholder: words('Choose a person') },
      },
      {
        type: 'input',
        block_id: FIELD.until,
        label: words('Until'),
        hint: words(`At most ${MAX_DELEGATION_DAYS} days from now.`),
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
