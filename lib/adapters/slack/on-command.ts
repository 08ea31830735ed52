// `/countersign`: where one stands and what is due, and what one does to reviews, for whoever prefers typing.
import type { DeskView } from '../../application/review-actions.ts';
import { CampaignId } from '../../domain/campaign/campaign.ts';
import type { Block } from '../../presentation/slack/blocks.ts';
import { renderDelegateModal } from '../../presentation/slack/delegate-modal.ts';
import { renderDigest } from '../../presentation/slack/digest.ts';
import { code, prose } from '../../presentation/slack/text.ts';
import { countWords, dueWords, type Reader } from '../../presentation/wording.ts';
import { type Edge, enqueue, readerOf, sayingOf } from './edge.ts';
import type { SlashCommand } from './payloads.ts';
import { type Act, actIdOf } from './slack-act.ts';
import { platformErrorOf, upstreamFrom } from './upstream.ts';
import { blocksFor, modalFor } from './wire.ts';

/** The answer to a command, seen only by who typed it. */
export interface CommandAnswer {
  readonly response_type: 'ephemeral';
  readonly text: string;
  readonly blocks?: ReturnType<typeof blocksFor>;
}

type Known = Exclude<Awaited<ReturnType<Edge['recognise']>>, { readonly refused: string }>;

/** One command by a person who is known. */
interface Typed {
  readonly edge: Edge;
  readonly command: SlashCommand;
  readonly known: Known;
  /** What follows the first word. */
  readonly rest: string;
}

const HELP = [
  '*/countersign status*: how much waits for you, and until when.',
  '*/countersign inbox*: the worst of it, with buttons.',
  '*/countersign delegate*: let somebody else answer for you for a while.',
  '*/countersign launch* `definition`: open a review; for those who look after it.',
  '*/countersign hold* `campaign` reason, */countersign resume* `campaign` reason: stop a review and let it go on; likewise.',
  '*/countersign help*: this.',
  'Everything due is on the Home tab of this app.',
].join('\n');

const TAKEN = 'Taken. You will be told here in a direct message what came of it.';

const VERBS: Readonly<Record<string, (typed: Typed) => Promise<CommandAnswer>>> = {
  status: async (typed) =>
    answer(statusText(await deskOf(typed), readerOf(typed.known.person, typed.edge.clock))),
  inbox,
  delegate: openDelegation,
  launch,
  hold: (typed) => steer(typed, 'hold'),
  resume: (typed) => steer(typed, 'resume'),
};

/** Handles one slash command. @throws UpstreamError when the store or the queue fails */
export async function onCommand(
  edge: Edge,
  command: SlashCommand,
  evidenceDigest: string,
): Promise<CommandAnswer> {
  const claimed = {
    userId: command.user_id,
    teamId: command.team_id,
    userTeamId: undefined,
    enterpriseId: command.enterprise_id,
    sharedChannel: command.is_ext_shared_channel === 'true',
  };
  const known = await edge.recognise(claimed, evidenceDigest);
  if ('refused' in known) {
    edge.log('warn', 'command refused', {
      why: known.refused,
      userId: command.user_id,
      teamId: command.team_id,
    });
    return answer(prose(known.say, 500));
  }
  const [, word = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(command.text) ?? [];
  const verb = word.toLowerCase();
  if (verb === '' || verb === 'help') return answer(HELP);
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!run) return answer(`${code(verb, 40)} is not available in Slack.\n${HELP}`);
  try {
    return await run({ edge, command, known, rest: rest.trim() });
  } catch (cause) {
    const said = sayingOf(cause);
    if (said === undefined) throw cause;
    return answer(prose(said, 1000));
  }
}

function deskOf({ edge, known }: Typed): Promise<DeskView> {
  return edge.actions.desk(known.person.personId);
}

async function inbox(typed: Typed): Promise<CommandAnswer> {
  const { dockets, recent } = await deskOf(typed);
  const reader = readerOf(typed.known.person, typed.edge.clock);
  const { text, blocks } = renderDigest({ dockets, warning: false, recent }, reader);
  return answer(text, blocks);
}

async function openDelegation({ edge, command }: Typed): Promise<CommandAnswer> {
  try {
    await edge.client.views.open({ trigger_id: command.trigger_id, view: modalFor(renderDelegateModal()) });
  } catch (cause) {
    if (!platformErrorOf(cause)?.includes('trigger')) throw upstreamFrom('views.open', cause);
    return answer('Slack took too long to open the form. Please type the command again.');
  }
  return answer('The form says the rest.');
}

function launch(typed: Typed): Promise<CommandAnswer> {
  const { rest } = typed;
  if (!/^[a-z0-9][a-z0-9-]{0,95}$/.test(rest))
    return Promise.resolve(answer('Which definition? For example: */countersign launch quarterly*'));
  return take(typed, { kind: 'launch', definitionId: rest });
}

function steer(typed: Typed, act: 'hold' | 'resume'): Promise<CommandAnswer> {
  const [, name = '', reason = ''] = /^(\S*)\s*([\s\S]*)$/.exec(typed.rest) ?? [];
  const campaignId = CampaignId.safeParse(name).data;
  if (campaignId === undefined || reason.trim() === '')
    return Promise.resolve(
      answer(`Which campaign, and why? For example: */countersign ${act} quarterly-20260907 freeze*`),
    );
  return take(typed, { kind: 'steer', campaignId, act, reason: reason.trim().slice(0, 2000) });
}

/** Hands the act to the worker, which knows who may. */
async function take({ edge, command, known }: Typed, act: Act): Promise<CommandAnswer> {
  await enqueue(edge, {
    schemaVersion: 1,
    source: 'slack',
    actId: actIdOf('command', edge.teamId, command.user_id, command.trigger_id, JSON.stringify(act)),
    who: known.who,
    slack: { teamId: edge.teamId, userId: command.user_id },
    // In a conversation the app is not part of it could not answer.
    origin: { surface: 'ephemeral' },
    kept: [],
    act,
  });
  return answer(TAKEN);
}

function statusText(desk: DeskView, reader: Reader): string {
  const due = desk.dockets.filter((docket) => docket.open > 0);
  const lines = due.map(
    ({ title, open, dueAt }) => `• ${prose(title, 120)}: ${open} open, due ${dueWords(dueAt, reader)}`,
  );
  const waiting = desk.approvals.length;
  const approvals =
    waiting > 0
      ? [`• ${countWords(waiting, 'thing waits', 'things wait')} for your word as a second person`]
      : [];
  if (lines.length + approvals.length === 0) return 'Nothing is waiting for you.';
  return [...lines.slice(0, 20), ...approvals].join('\n');
}

function answer(text: string, blocks?: readonly Block[]): CommandAnswer {
  return { response_type: 'ephemeral', text, ...(blocks ? { blocks: blocksFor(blocks) } : {}) };
}
