// `history`: who vouched for what, when, on what evidence, and what happened after.
import type { HistoryLine } from '../../application/governance/tell-history.ts';
import { heading } from '../../presentation/terminal/look.ts';
import { tableOf } from '../../presentation/terminal/table.ts';
import { csvLine } from '../../verification/reports/csv.ts';
import { badArgument, readCount, readInstant } from '../arguments.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { lookOf, onTarget, type TargetOptions, targetOf } from '../on-stack.ts';

interface HistoryFlags extends TargetOptions {
  readonly identity?: string;
  readonly owner?: string;
  readonly campaign?: string;
  readonly control?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
  readonly cursor?: string;
  readonly csv?: boolean;
}

/** Adds the command. */
export const addHistory: AddCommand = (program, context) => {
  const command = onTarget(
    program
      .command('history')
      .summary('who vouched for what, when, on what evidence, and what happened after')
      .description(
        'Who vouched for what, when, on what evidence, and what happened after, as attested. Conditions given together must all hold.',
      )
      .option('--identity <id>', 'of one identity: id, key or name')
      .option('--owner <person>', 'naming this person: person id or e-mail')
      .option('--campaign <id>', 'in one campaign')
      .option('--control <id>', 'in every campaign that serves this control')
      .option('--since <time>', 'from this date or time on')
      .option('--until <time>', 'before this date or time')
      .option('--limit <n>', 'lines of a page, at most 1000', '100')
      .option('--cursor <text>', 'the page that starts here, as the page before said')
      .option('--csv', 'as CSV, with every digest'),
  );
  examples(
    command,
    'history --identity svc-billing-export',
    'history --owner priya.nair --since 2026-01-01',
    'history --control pci-dss-4.0.1/7.2.5.1 --csv > history.csv',
  ).action((flags: HistoryFlags) => show(context, flags));
};

async function show(context: CliContext, flags: HistoryFlags): Promise<void> {
  const limit = readCount('--limit', flags.limit);
  if (limit > 1000) throw badArgument('--limit', flags.limit, 'at most 1000');
  const target = await targetOf(context, flags);
  const { identity, owner, campaign, control, since, until, cursor } = flags;
  const page = await target.ask({
    do: 'history',
    limit,
    ...(identity === undefined ? {} : { identity }),
    ...(owner === undefined ? {} : { person: owner }),
    ...(campaign === undefined ? {} : { campaignId: campaign }),
    ...(control === undefined ? {} : { control }),
    ...(since === undefined ? {} : { since: readInstant('--since', since) }),
    ...(until === undefined ? {} : { until: readInstant('--until', until) }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const { entries, next } = page;
  const { now } = await target.ask({ do: 'time' });
  const text = flags.csv === true ? csvOf(entries) : tableText(entries, context, now);
  context.say({ json: { entries, next: next ?? null }, text });
  if (next !== undefined) {
    context.err.write(`There is more; the next page: --cursor '${next.replaceAll("'", String.raw`'\''`)}'\n`);
  }
}

function tableText(
  entries: readonly HistoryLine[],
  context: CliContext,
  now: Parameters<typeof lookOf>[1],
): string {
  const look = lookOf(context, now);
  const title = entries.length === 0 ? 'History: nothing' : `History: ${entries.length}`;
  const columns = [
    { title: '#', align: 'right' as const },
    { title: 'AT (UTC)' },
    { title: 'BY', flexible: true },
    { title: 'WHAT', flexible: true },
    { title: 'ABOUT', flexible: true },
    { title: 'EVIDENCE' },
  ];
  const rows = entries.map((line) => [
    String(line.index),
    line.at.slice(0, 16).replace('T', ' '),
    line.by.method === undefined ? line.by.name : `${line.by.name} (${line.by.method})`,
    `${line.kind}: ${line.what}`,
    line.identityId ?? line.campaignIds.join(' '),
    line.evidence.sha256.slice(0, 12),
  ]);
  return `${heading(look, title)}${tableOf(columns, rows, { width: look.width, heading: look.paint.dim })}`;
}

const CSV_COLUMNS = [
  'index',
  'at',
  'kind',
  'what',
  'by',
  'by pseudonym',
  'method',
  'eligibility',
  'identity',
  'campaigns',
  'evidence',
  'evidence sha256',
  'attestation',
  'leaf hash',
];

function csvOf(entries: readonly HistoryLine[]): string {
  const lines = entries.map((line) =>
    csvLine([
      line.index,
      line.at,
      line.kind,
      line.what,
      line.by.name,
      line.by.pseudonym,
      line.by.method,
      line.by.eligibility,
      line.identityId,
      line.campaignIds.join(' '),
      line.evidence.name,
      line.evidence.sha256,
      line.attestationId,
      line.leafHash,
    ]),
  );
  return [csvLine(CSV_COLUMNS), ...lines].join('');
}
