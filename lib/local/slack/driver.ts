// Being somebody: what a person could do in the page, as calls.
import type { RawAnswers } from './block-kit/answers.ts';
import { directId } from './channels.ts';
import { type ClickTarget, click } from './interactions/click.ts';
import { runCommand, runShortcut } from './interactions/commands.ts';
import { openHome, say } from './interactions/events.ts';
import { closeView, submitView } from './interactions/modal.ts';
import type { ActOutcome } from './interactions/outcome.ts';
import type { SlackMessage } from './message.ts';
import type { SlackView } from './views.ts';
import { maySee, type WorkspaceCore } from './workspace-core.ts';

/** One person at their screen. Acts send what Slack sends, really signed, and answer when the app has acknowledged. */
export interface ActingPerson {
  /** Presses a button, picks from a menu, ticks a box. @throws RefusedError when they cannot see such an element */
  click(target: ClickTarget): Promise<ActOutcome>;
  /** Fills in (by block id and action id) and submits the visible modal. */
  submit(viewId: string, answers?: RawAnswers): Promise<ActOutcome>;
  closeView(viewId: string, all?: boolean): Promise<ActOutcome>;
  openHome(): Promise<ActOutcome>;
  command(command: string, text?: string, channel?: string): Promise<ActOutcome>;
  /** A shortcut of a message; without one, a shortcut from anywhere. */
  shortcut(
    callbackId: string,
    target?: { readonly channel: string; readonly ts: string },
  ): Promise<ActOutcome>;
  /** Writes a plain message, by default to the app; with `threadTs`, in that thread. */
  say(text: string, channel?: string, threadTs?: string): Promise<ActOutcome>;
  /** The direct message with the app, oldest first, ephemeral messages included. */
  inbox(): readonly SlackMessage[];
  /** The visible modal. */
  view(): SlackView | undefined;
  home(): SlackView | undefined;
  /** Unread messages by conversation, without those that have none. */
  unread(): Readonly<Record<string, number>>;
  markRead(channel: string): void;
}

/** The driver of one person. */
export function actAs(core: WorkspaceCore, userId: string): ActingPerson {
  const inbox = directId([core.app.botUserId, userId]);
  return {
    click: (target) => click(core, userId, target),
    submit: (viewId, answers) => submitView(core, userId, viewId, answers),
    closeView: (viewId, all) => closeView(core, userId, viewId, all),
    openHome: () => openHome(core, userId),
    command: (command, text, channel) => runCommand(core, userId, command, text, channel),
    shortcut: (callbackId, target) => runShortcut(core, userId, callbackId, target),
    say: (text, channel, threadTs) =>
      say(
        core,
        userId,
        channel ?? core.channels.direct([core.app.botUserId, userId]).channel.id,
        text,
        threadTs,
      ),
    inbox: () => core.messages.in(inbox, userId),
    view: () => core.views.stack(userId).at(-1)?.view,
    home: () => core.views.home(userId),
    unread: () =>
      Object.fromEntries(
        core.channels
          .all()
          .filter((channel) => maySee(core, userId, channel.id))
          .map((channel) => [channel.id, core.messages.unread(userId, channel.id)] as const)
          .filter(([, count]) => count > 0),
      ),
    markRead(channel) {
      const last = core.messages.in(channel, userId).at(-1);
      if (last) core.messages.markRead(userId, channel, last.ts);
    },
  };
}
