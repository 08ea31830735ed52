// `verify`: an evidence pack, offline and without configuration. Prints every check, also those it could not make.
import { verifyOnThreads } from '../../adapters/crypto/verify-on-threads.ts';
import { verifyEd25519 } from '../../adapters/crypto/verify-signatures.ts';
import { readDirectoryPack } from '../../adapters/packs/directory-pack.ts';
import { openPack, readHeldCheckpoint } from '../../adapters/packs/open-pack.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Paint } from '../../presentation/terminal/paint.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import type { VerifyOptions } from '../../verification/checks/audit.ts';
import type { Check } from '../../verification/checks/check.ts';
import { unreadablePack, type VerificationReport, verifyPack } from '../../verification/verify-pack.ts';
import { readInstant } from '../arguments.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withProgress } from '../on-stack.ts';

interface VerifyFlags {
  readonly trust?: string;
  readonly against: readonly string[];
  readonly asOf?: string;
  readonly strict?: boolean;
}

/** Adds the command. */
export const addVerify: AddCommand = (program, context) => {
  const command = program
    .command('verify')
    .summary('check an evidence pack, offline')
    .description(
      'Check an evidence pack, offline and without configuration: signatures, completeness, history, snapshots, reconciliation, metrics. Ends with 4 when anything is wrong.',
    )
    .argument('<pack>', 'directory or zip')
    .option(
      '--trust <dir>',
      'your own copies of the public keys (*.pem, *.vkey); without, the pack only agrees with itself',
    )
    .option(
      '--against <checkpoint>',
      'a checkpoint you hold from a mail, a channel or a witness; may be given several times',
      (value: string, before: readonly string[]) => [...before, value],
      [] as readonly string[],
    )
    .option('--as-of <time>', 'judge freshness at this time (default: when the pack was made)')
    .option('--strict', 'end with 4 for what could not be checked as well');
  examples(
    command,
    'verify pack.zip',
    'verify pack.zip --trust ./keys --against mail-20261102.checkpoint --strict',
  ).action(async (pack: string, flags: VerifyFlags) => {
    const report = await verifyPath(context, pack, flags);
    const unchecked = report.checks.some(({ verdict }) => verdict === 'not-checked');
    const isFailed = report.verdict === 'failed' || (flags.strict === true && unchecked);
    context.say({
      json: { ...report, verdict: isFailed ? 'failed' : report.verdict, strict: flags.strict === true },
      text: reportText(report, isFailed, context.paint.out),
    });
    if (isFailed) context.exitWith(4);
  });
};

/** What is given by the auditor must be right, or it is an error; what is in the pack is judged. */
async function verifyPath(
  context: CliContext,
  pack: string,
  flags: VerifyFlags,
): Promise<VerificationReport> {
  const trust = flags.trust === undefined ? undefined : await readDirectoryPack(context.path(flags.trust));
  const against = await Promise.all(flags.against.map((path) => readHeldCheckpoint(context.path(path))));
  const threads = verifyOnThreads();
  const options: VerifyOptions = {
    signatures: { checkP256: threads.checkP256, checkEd25519: verifyEd25519 },
    trust,
    against,
    asOf: flags.asOf === undefined ? undefined : readInstant('--as-of', flags.asOf),
  };
  const source = await openPack(context.path(pack)).catch((error: unknown) => {
    if (error instanceof InvalidInputError && error.code === 'MALFORMED_FILE') return error.message;
    throw error;
  });
  if (typeof source === 'string') return unreadablePack(source);
  try {
    return await withProgress(context, (onProgress) =>
      verifyPack(source, {
        ...options,
        progress: (done, total) => onProgress(total === 0 ? 1 : done / total, 'checking'),
      }),
    );
  } finally {
    await threads.close();
    await source.close();
  }
}

function reportText(report: VerificationReport, isFailed: boolean, paint: Paint): string {
  const { pack } = report;
  const about =
    pack === undefined
      ? []
      : [
          `${oneLine(pack.origin, 200)}, ${pack.rows} rows of a log of ${pack.log.size}, made ${pack.exportedAt}`,
          '',
        ];
  const lines = report.checks.map((check) => checkLine(check, paint));
  const open = report.checks.filter(({ verdict }) => verdict === 'not-checked');
  const needs = [...new Set(open.flatMap(({ needs }) => needs ?? []))].map((need) => NEEDS[need]);
  return [
    ...about,
    ...lines,
    '',
    ...(report.trusted ? [] : [paint.warn('trusted: false. Key origin NOT CHECKED, self-consistent only.')]),
    ...(open.length > 0
      ? [`${open.length} NOT CHECKED.${needs.length > 0 ? ` Give ${needs.join(', ')}.` : ''}`]
      : []),
    isFailed ? paint.bad('FAILED') : paint.good('passed'),
    '',
  ].join('\n');
}

const NEEDS = {
  trust: 'your own keys (--trust)',
  against: 'checkpoints you hold (--against)',
  witness: 'a witness’s key (witness.vkey in --trust)',
} as const;

function checkLine({ verdict, title, detail, id }: Check, paint: Paint): string {
  const text = `${title} ${paint.dim(`[${id}]`)}`;
  const shown = oneLine(detail, 1500);
  if (verdict === 'passed') return `${paint.good('passed     ')} ${text}  ${paint.dim(shown)}`;
  if (verdict === 'failed') return `${paint.bad('FAILED     ')} ${text}\n              ${shown}`;
  return `${paint.warn('NOT CHECKED')} ${text}  ${shown}`;
}
