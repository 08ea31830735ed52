// What came of something a person did.
import type { Acknowledgement } from '../deliver.ts';
import { warningOf } from '../deliver.ts';
import type { SlackMessage } from '../message.ts';
import type { SlackView } from '../views.ts';
import { maySee, type WorkspaceCore } from '../workspace-core.ts';

/** The acknowledgement of the app and what changed for the person until then. */
export interface ActOutcome {
  /** Absent when nothing was sent: the form was incomplete, or the app is not told of such acts. */
  readonly acknowledgement?: Acknowledgement;
  /** By block id, what is wrong with the form, said by Slack or by the app. */
  readonly errors: Readonly<Record<string, string>>;
  /** What Slack shows next to its warning sign. */
  readonly warning?: string;
  /** The modal now on the person's screen. */
  readonly view?: SlackView;
  readonly home?: SlackView;
  /** Messages the person can see that were posted or changed meanwhile. */
  readonly messages: readonly SlackMessage[];
}

/** Gathers the outcome for a person, given the workspace's revision before they acted. */
export function gatherOutcome(
  core: WorkspaceCore,
  user: string,
  since: number,
  acknowledgement: Acknowledgement | undefined,
  warning?: string,
): ActOutcome {
  const top = core.views.stack(user).at(-1);
  const home = core.views.home(user);
  const said =
    warning ??
    top?.warning ??
    (acknowledgement && !acknowledgement.ok ? warningOf(acknowledgement) : undefined);
  return {
    ...(acknowledgement ? { acknowledgement } : {}),
    errors: top?.errors ?? {},
    ...(said === undefined ? {} : { warning: said }),
    ...(top ? { view: top.view } : {}),
    ...(home ? { home } : {}),
    messages: core.messages
      .changedSince(since)
      .filter(
        ({ channel, onlyFor }) => maySee(core, user, channel) && (onlyFor === undefined || onlyFor === user),
      ),
  };
}
