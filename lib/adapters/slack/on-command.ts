// `/countersign`: where one stands and what is due, for whoever prefers typing.
import type { DeskView } from '../../application/review-actions.ts';
import type { Block } from '../../presentation/slack/blocks.ts';
import { renderDigest } from '../../presentation/slack/digest.ts';
import { code, prose } from '../../presentation/slack/text.ts';
import { countWords, dueWords, type Reader } from '../../presentation/wording.ts';
import { type Edge, readerOf, sayingOf } from './edge.ts';
import type { SlashCommand } from './payloads.ts';
import { blocksFor } from './wire.ts';

/** The answer to a command, seen only by who typed it. */
export interface CommandAnswer {
  readonly response_type: 'ephemeral';
  readonly text: string;
  readonly blocks?: ReturnType<typeof blocksFor>;
}

const HELP = [
  '*/countersign status*: how much waits for you, and until when.',
  '*/countersign inbox*: the worst of it, with buttons.',
  '*/countersign help*: this.',
  'Everything due is on the Home tab of this app.',
].join('\n');

/** Handles one slash command. @throws UpstreamError when the store fails */
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
  };
  const recognised = await edge.recognise(claimed, evidenceDigest);
  if ('refused' in recognised) {
    edge.log('warn', 'command refused', {
      why: recognised.refused,
      userId: command.user_id,
      teamId: command.team_id,
    });
    return answer(prose(recognised.say, 500));
  }
  const verb = command.text.trim().split(/\s+/, 1)[0]?.toLowerCase() ?? '';
  if (verb === '' || verb === 'help') return answer(HELP);
  if (verb !== 'status' && verb !== 'inbox') {
    return answer(`${code(verb, 40)} is not available in Slack.\n${HELP}`);
  }
  try {
    const desk = await edge.actions.desk(recognised.person.personId);
    return show(verb, desk, readerOf(recognised.person, edge.clock));
  } catch (cause) {
    const said = sayingOf(cause);
    if (said === undefined) throw cause;
    return answer(prose(said, 1000));
  }
}

function show(verb: 'status' | 'inbox', desk: DeskView, reader: Reader): CommandAnswer {
  if (verb === 'status') return answer(statusText(desk, reader));
  const { text, blocks } = renderDigest(
    { dockets: desk.dockets, warning: false, recent: desk.recent },
    reader,
  );
  return answer(text, blocks);
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
