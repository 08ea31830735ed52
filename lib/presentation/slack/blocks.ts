// The part of Block Kit the product uses, as types and small builders. https://docs.slack.dev/reference/block-kit

/** Text without markup. */
export interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

/** Text with Slack's markup; `verbatim` stops Slack from linking names and addresses it finds in it. */
export interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  readonly verbatim: true;
}

/** "Are you sure?" before an action is sent. */
export interface ConfirmDialog {
  readonly title: PlainText;
  readonly text: PlainText;
  readonly confirm: PlainText;
  readonly deny: PlainText;
  readonly style?: 'danger';
}

/** A button. `value` names what it is about and carries no authority. */
export interface Button {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: PlainText;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly accessibility_label?: string;
  readonly confirm?: ConfirmDialog;
}

/** One choice of a menu or a set of checkboxes. */
export interface Choice {
  readonly text: PlainText;
  readonly value: string;
}

/** What an input block can ask for. */
export type InputElement =
  | {
      readonly type: 'plain_text_input';
      readonly action_id: string;
      readonly multiline?: boolean;
      readonly max_length: number;
      readonly placeholder?: PlainText;
      readonly initial_value?: string;
    }
  | { readonly type: 'datepicker'; readonly action_id: string }
  | { readonly type: 'users_select'; readonly action_id: string; readonly placeholder: PlainText }
  | {
      readonly type: 'static_select';
      readonly action_id: string;
      readonly placeholder: PlainText;
      readonly options?: readonly Choice[];
      readonly option_groups?: readonly { readonly label: PlainText; readonly options: readonly Choice[] }[];
      readonly initial_option?: Choice;
    }
  | { readonly type: 'multi_static_select'; readonly action_id: string; readonly options: readonly Choice[] }
  | {
      readonly type: 'checkboxes';
      readonly action_id: string;
      /** At most 10. */
      readonly options: readonly Tick[];
      readonly initial_options?: readonly Tick[];
    };

/** One box to tick, with small print. */
export interface Tick extends Choice {
  readonly description?: PlainText;
}

/** A menu in a row of buttons: picking from it acts at once. */
export interface Menu {
  readonly type: 'static_select';
  readonly action_id: string;
  readonly placeholder: PlainText;
  readonly options: readonly Choice[];
  readonly initial_option?: Choice;
}

/** The blocks the product uses. */
export type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | {
      readonly type: 'section';
      readonly text: Mrkdwn;
      readonly accessory?: Button;
      readonly block_id?: string;
      readonly expand?: true;
    }
  | { readonly type: 'context'; readonly elements: readonly Mrkdwn[] }
  | { readonly type: 'actions'; readonly block_id: string; readonly elements: readonly (Button | Menu)[] }
  | { readonly type: 'divider' }
  | {
      readonly type: 'input';
      readonly block_id: string;
      readonly label: PlainText;
      readonly hint?: PlainText;
      readonly optional: boolean;
      readonly dispatch_action?: true;
      readonly element: InputElement;
    };

/** A modal. */
export interface Modal {
  readonly type: 'modal';
  readonly callback_id: string;
  readonly title: PlainText;
  readonly submit?: PlainText;
  readonly close: PlainText;
  readonly private_metadata: string;
  readonly blocks: readonly Block[];
}

/** A home tab. */
export interface Home {
  readonly type: 'home';
  readonly callback_id: string;
  readonly private_metadata: string;
  readonly blocks: readonly Block[];
}

/** A message: blocks, and a text that stands alone where blocks are not shown (notifications, screen readers). */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Text of our own, or made safe by `text.ts`, without markup. */
export function words(text: string): PlainText {
  return { type: 'plain_text', text, emoji: false };
}

/** Markup of our own around values made safe by `text.ts`. */
export function markup(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** A big heading; at most 150 characters. */
export function header(text: string): Block {
  return { type: 'header', text: words(text) };
}

/** A paragraph, shown whole; at most 3,000 characters. */
export function section(text: string): Block {
  return { type: 'section', text: markup(text), expand: true };
}

/** A paragraph with a button beside it. `blockId` must be unique on its surface. */
export function sectionWith(text: string, blockId: string, accessory: Button): Block {
  return { type: 'section', block_id: blockId, text: markup(text), expand: true, accessory };
}

/** Small grey text. */
export function context(text: string): Block {
  return { type: 'context', elements: [markup(text)] };
}

/** A row of buttons and menus, at most 25. `blockId` must be unique on its surface. */
export function buttons(blockId: string, elements: readonly (Button | Menu)[]): Block {
  return { type: 'actions', block_id: blockId, elements };
}

/** Sum of all shown text, as Slack counts it against `msg_blocks_too_long`. */
export function textLength(part: unknown): number {
  if (Array.isArray(part)) return part.reduce((sum: number, each) => sum + textLength(each), 0);
  if (typeof part !== 'object' || part === null) return 0;
  return Object.entries(part).reduce(
    (sum, [key, each]) => sum + (key === 'text' && typeof each === 'string' ? each.length : textLength(each)),
    0,
  );
}
