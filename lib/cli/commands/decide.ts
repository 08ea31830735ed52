// `decide`: one answer to one question.

import { InvalidInputError } from '../../domain/errors.ts';
import { DecisionRequest, Verdict } from '../../domain/review/decision.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { readDeadline } from '../arguments.ts';
import { type AddCommand, examples } from '../command.ts';
import { actorOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';

interface DecideOptions extends TargetOptions {
  readonly as?: string;
  readonly reason?: string;
  readonly until?: string;
  readonly by?: string;
  readonly on?: string;
  readonly control?: string;
  readonly to?: string;
  readonly purpose?: string;
  readonly credential?: readonly string[];
}

type Field = 'until' | 'by' | 'on' | 'control' | 'to' | 'purpose' | 'credential';

/** Which options each verdict takes; the starred ones it needs. */
const FIELDS: Readonly<Record<Verdict, readonly (Field | `${Field}*`)[]>> = {
  certify: ['purpose'],
  revoke: ['credential'],
  reduce: ['to*', 'by'],
  rotate: ['credential', 'by'],
  retire: ['on*'],
  except: ['until*', 'control*'],
  reassign: ['to*'],
  'not-mine': [],
};

/** Adds the command. */
export const addDecide: AddCommand = (program, context) => {
  const command = withActor(
    onTarget(
      program
        .command('decide')
        .summary('answer one question')
        .description('Answer one question. Who may give which answer is checked as it is in Slack.')
        .argument('<item>', '<campaign>/<identity>, as the inbox shows it')
        .argument('<verdict>', Verdict.options.join(', '))
        .option('--reason <text>', 'why; needed for exceptions and for high and critical risk')
        .option('--purpose <text>', 'certify: what it is for, where nobody recorded it')
        .option('--credential <id...>', 'revoke, rotate: these credentials only')
        .option('--to <text>', 'reduce: to which access; reassign: to whom')
        .option('--by <date>', 'reduce, rotate: when it will be done')
        .option('--on <date>', 'retire: the day it is switched off')
        .option('--until <date>', 'except: until when')
        .option('--control <text>', 'except: what makes up for the risk'),
    ),
  );
  examples(
    command,
    'decide quarterly-review-20261102/svc-ci-deploy certify --as priya.nair --reason "deploys the web shop"',
    'decide quarterly-review-20261102/svc-log-shipper revoke --credential access-key-1 --as priya.nair --reason "stale key"',
    'decide quarterly-review-20261102/svc-feature-store except --until 2026-12-01 --control "network allow-list" --reason "migration" --as omar.haddad',
  ).action(async (item: string, verdict: string, options: DecideOptions) => {
    const request = readRequest(verdict, options);
    const target = await targetOf(context, options);
    const outcome = await target.ask({ do: 'decide', item, request, as: actorOf(context, options, target) });
    context.say({ json: outcome, text: `${oneLine(outcome.text, 2000)}\n` });
  });
};

/** The request in the options. @throws InvalidInputError naming the option that is missing, not wanted or wrong */
export function readRequest(verdictText: string, options: DecideOptions): DecisionRequest {
  const verdict = Verdict.safeParse(verdictText);
  if (!verdict.success) {
    throw bad(`verdict: "${verdictText}" is none of ${Verdict.options.join(', ')}.`);
  }
  checkFields(verdict.data, options);
  const { reason = '', until, by, on, control, to, purpose, credential } = options;
  const parsed = DecisionRequest.safeParse({
    verdict: verdict.data,
    reason,
    ...(purpose === undefined ? {} : { purpose }),
    ...(credential === undefined ? {} : { credentialIds: credential }),
    ...(to === undefined ? {} : { to }),
    ...(by === undefined ? {} : { dueAt: readDeadline('--by', by) }),
    ...(on === undefined ? {} : { on: readDeadline('--on', on) }),
    ...(until === undefined ? {} : { until: readDeadline('--until', until) }),
    ...(control === undefined ? {} : { compensatingControl: control }),
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw bad(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`);
}

function checkFields(verdict: Verdict, options: DecideOptions): void {
  const fields = FIELDS[verdict];
  const given = (['until', 'by', 'on', 'control', 'to', 'purpose', 'credential'] as const).filter(
    (field) => options[field] !== undefined,
  );
  const needed = fields.filter((field) => field.endsWith('*')).map((field) => field.slice(0, -1));
  const missing = needed.find((field) => !given.some((name) => name === field));
  if (missing !== undefined) throw bad(`--${missing}: "${verdict}" needs it.`);
  const strange = given.find((field) => !fields.includes(field) && !fields.includes(`${field}*`));
  if (strange !== undefined) throw bad(`--${strange}: "${verdict}" does not take it.`);
}

function bad(message: string): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_DECISION', message });
}
