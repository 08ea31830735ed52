// A person at the Slack stand-in, in front of what the deployed functions wrote.
import { buttonsIn, type SeenButton, type SeenButtons } from '../../../lib/local/autoplay/hands/buttons.ts';
import type { SlackWorkspace } from '../../../lib/local/slack/workspace.ts';
import type { ItemValue } from '../../../lib/presentation/slack/references.ts';

/** Every button in a person's messages, newest message last. */
export function buttonsOf(slack: SlackWorkspace, userId: string): SeenButtons {
  const places = slack
    .messages({ user: userId })
    .map(({ channel, ts, message }) => buttonsIn(message.blocks ?? [], { channel, ts }));
  return {
    items: places.flatMap(({ items }) => items),
    groups: places.flatMap(({ groups }) => groups),
    approvals: places.flatMap(({ approvals }) => approvals),
    undos: places.flatMap(({ undos }) => undos),
  };
}

/** One button about an item in that person's messages. */
export function itemButton(
  slack: SlackWorkspace,
  userId: string,
  wanted: ItemValue & { readonly actionId: string },
): SeenButton<ItemValue> | undefined {
  return buttonsOf(slack, userId).items.findLast(
    ({ actionId, value }) =>
      actionId === wanted.actionId &&
      value.identityKey === wanted.identityKey &&
      value.campaignId === wanted.campaignId,
  );
}
