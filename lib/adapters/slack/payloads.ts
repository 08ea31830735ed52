// What Slack sends, as far as we read it. Signed, but parsed like anything from outside: unknown fields are dropped.
// https://docs.slack.dev/reference/interaction-payloads
import * as z from 'zod';

const id = z.string().min(1).max(64);
const teamIds = z.object({
  team: z.object({ id, enterprise_id: id.optional() }).nullish(),
  enterprise: z.object({ id: z.string().max(64) }).nullish(),
  user: z.object({ id, team_id: id.optional() }),
  api_app_id: z.string().max(64).optional(),
  /** The conversation is shared with another organisation (Slack Connect). */
  is_ext_shared_channel: z.boolean().optional(),
});

/** One press, pick or tick. */
export const Action = z.object({
  type: z.string().max(50).default(''),
  action_id: z.string().min(1).max(255),
  block_id: z.string().max(255).default(''),
  action_ts: z.string().max(64).default(''),
  value: z.string().max(2000).optional(),
  selected_option: z.object({ value: z.string().max(2000) }).nullish(),
});
export type Action = z.infer<typeof Action>;

const StateEntry = z.object({
  value: z.string().max(3000).nullish(),
  selected_date: z.string().max(10).nullish(),
  selected_user: id.nullish(),
  selected_option: z.object({ value: z.string().max(2000) }).nullish(),
  selected_options: z
    .array(z.object({ value: z.string().max(2000) }))
    .max(100)
    .nullish(),
});
const StateValues = z.record(z.string().max(255), z.record(z.string().max(255), StateEntry));

/** What a form holds, by block id and action id. */
export type StateValues = z.infer<typeof StateValues>;

const View = z.object({
  id,
  type: z.enum(['modal', 'home']),
  callback_id: z.string().max(255).default(''),
  private_metadata: z.string().max(3000).default(''),
  hash: z.string().max(255).default(''),
  team_id: id.optional(),
  app_installed_team_id: id.optional(),
  state: z.object({ values: StateValues.default({}) }).default({ values: {} }),
});

/** `block_actions`: a person acted on a message, a modal or the home tab. */
export const BlockActions = teamIds.extend({
  type: z.literal('block_actions'),
  trigger_id: z.string().max(255).default(''),
  actions: z.array(Action).min(1).max(25),
  container: z
    .object({ message_ts: z.string().max(30).optional(), is_ephemeral: z.boolean().optional() })
    .optional(),
  channel: z.object({ id, is_ext_shared: z.boolean().optional() }).nullish(),
  message: z.object({ ts: z.string().max(30), blocks: z.array(z.unknown()).max(100).default([]) }).nullish(),
  view: View.nullish(),
});
export type BlockActions = z.infer<typeof BlockActions>;

/** `view_submission`: a person sent a modal. */
export const ViewSubmission = teamIds.extend({
  type: z.literal('view_submission'),
  trigger_id: z.string().max(255).default(''),
  view: View,
});
export type ViewSubmission = z.infer<typeof ViewSubmission>;

/** A shortcut: from anywhere (`shortcut`), or from a message (`message_action`). */
export const Shortcut = teamIds.extend({
  type: z.enum(['shortcut', 'message_action']),
  callback_id: z.string().max(255),
  trigger_id: z.string().max(255).default(''),
  channel: z.object({ id, is_ext_shared: z.boolean().optional() }).nullish(),
  message: z.object({ text: z.string().max(100_000).default('') }).nullish(),
});
export type Shortcut = z.infer<typeof Shortcut>;

/** A slash command, as a form. */
export const SlashCommand = z.object({
  command: z.string().max(100),
  text: z.string().max(4000).default(''),
  team_id: id,
  enterprise_id: id.optional(),
  user_id: id,
  channel_id: id.optional(),
  is_ext_shared_channel: z.enum(['true', 'false']).optional().catch(undefined),
  trigger_id: z.string().max(255).default(''),
});
export type SlashCommand = z.infer<typeof SlashCommand>;

/** `app_home_opened` inside an event callback. */
export const HomeOpened = z.object({
  type: z.literal('event_callback'),
  team_id: id,
  enterprise_id: id.nullish(),
  event: z.object({
    type: z.literal('app_home_opened'),
    user: id,
    tab: z.string().max(30).optional(),
    view: z.object({ private_metadata: z.string().max(3000).default('') }).nullish(),
  }),
});
export type HomeOpened = z.infer<typeof HomeOpened>;

/** A person's `message` in a thread, inside an event callback. https://docs.slack.dev/reference/events/message.channels */
export const ThreadReply = z.object({
  type: z.literal('event_callback'),
  team_id: id,
  enterprise_id: id.nullish(),
  is_ext_shared_channel: z.boolean().nullish(),
  event: z.object({
    type: z.literal('message'),
    channel: id,
    user: id,
    ts: z.string().min(1).max(30),
    thread_ts: z.string().min(1).max(30),
    text: z.string().max(100_000).default(''),
    /** The writer's own workspace, by one of these. */
    user_team: id.nullish(),
    source_team: id.nullish(),
    team: id.nullish(),
  }),
});
export type ThreadReply = z.infer<typeof ThreadReply>;
