// `evidence`: packs for auditors, and their samples.
import type { Command } from 'commander';
import { openPack } from '../../adapters/packs/open-pack.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { drawSample } from '../../evidence/draw-sample.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import type { PackManifest, PackScope } from '../../verification/pack/pack-files.ts';
import { readCount, readInstant } from '../arguments.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { onTarget, type TargetOptions, targetOf, withProgress } from '../on-stack.ts';

interface ExportFlags extends TargetOptions {
  readonly identity?: string;
  readonly control?: string;
  readonly since?: string;
  readonly until?: string;
  readonly all?: boolean;
  readonly out: string;
}

/** Adds the command. */
export const addEvidence: AddCommand = (program, context) => {
  const group = program
    .command('evidence')
    .summary('packs for auditors: export, sample')
    .description('Packs for auditors: export one, draw a sample from one.');
  addExport(group, context);
  addSample(group, context);
};

function addExport(group: Command, context: CliContext): void {
  const command = onTarget(
    group
      .command('export')
      .description('Write everything an auditor needs to check reviews without us, as a directory or a zip.')
      .argument('[campaign]', 'id of a campaign')
      .option('--identity <id>', 'about this identity')
      .option('--control <id>', 'about every campaign that serves this control')
      .option('--since <time>', 'everything stated from this time on')
      .option('--until <time>', 'with --since: before this time (default: now)')
      .option('--all', 'the whole log')
      .requiredOption('-o, --out <path>', 'a directory that is not there yet, or a name ending in .zip'),
  );
  examples(
    command,
    'evidence export quarterly-review-20261102 -o pack.zip',
    'evidence export --control pci-dss-4.0.1/7.2.5.1 -o pack',
    'evidence export --since 2026-01-01 --until 2026-04-01 -o q1.zip',
    'evidence export --all -o pack.zip --endpoint https://reviews.example.com',
  ).action(async (campaign: string | undefined, flags: ExportFlags) => {
    const target = await targetOf(context, flags);
    const { now } = await target.ask({ do: 'time' });
    const scope = scopeOf(campaign, flags, now);
    const out = context.path(flags.out);
    if (target.kind === 'deployed') {
      const { exportDeployed } = await import('../export-deployed.ts');
      const manifest = await exportDeployed(context, target.installation, scope, out);
      sayExported(context, manifest, out, null);
      return;
    }
    const made = await withProgress(context, (onProgress) =>
      target.local.ask({ do: 'export-evidence', scope, out }, onProgress),
    );
    sayExported(context, made.manifest, made.out, made.trust);
  });
}

/** `trust` is where the keys are; on a deployed installation auditors get them some other way. */
function sayExported(context: CliContext, pack: PackManifest, out: string, trust: string | null): void {
  context.say({
    json: { out, trust, pack },
    text: `${pack.rows} rows of a log of ${pack.log.size} in ${out}\nCheck it: countersign verify ${out} --trust ${trust ?? '<folder with the keys you were given>'}\n`,
  });
}

function scopeOf(campaignId: string | undefined, flags: ExportFlags, now: string): PackScope {
  const { identity, control, since, until, all } = flags;
  const scopes: PackScope[] = [
    ...(campaignId === undefined ? [] : [{ by: 'campaign', campaignId } as const]),
    ...(identity === undefined ? [] : [{ by: 'identity', identityId: identity } as const]),
    ...(control === undefined ? [] : [{ by: 'control', control } as const]),
    ...(all === true ? [{ by: 'log' } as const] : []),
    ...(since === undefined
      ? []
      : [
          {
            by: 'time',
            since: readInstant('--since', since),
            until: readInstant('--until', until ?? now),
          } as const,
        ]),
  ];
  const [scope, ...others] = scopes;
  if (scope !== undefined && others.length === 0 && (until === undefined || since !== undefined))
    return scope;
  throw new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message:
      'Name one thing to export: a campaign, --identity, --control, --since (with or without --until), or --all.',
  });
}

function addSample(group: Command, context: CliContext): void {
  const command = group
    .command('sample')
    .description(
      'Draw the auditor’s sample: the identities with the smallest SHA-256 of seed, campaign and identity.',
    )
    .argument('<pack>', 'directory or zip')
    .requiredOption('--seed <text>', 'chosen by the auditor, after the pack was made')
    .requiredOption('--size <n>', 'how many');
  examples(command, 'evidence sample pack.zip --seed "dice: 4 2 6" --size 25').action(
    async (pack: string, flags: { readonly seed: string; readonly size: string }) => {
      const size = readCount('--size', flags.size);
      const source = await openPack(context.path(pack));
      try {
        const drawn = await drawSample(source, flags.seed, size);
        const lines = drawn.map(
          ({ campaignId, identityId, included, rank }) =>
            `${rank.slice(0, 16)}  ${campaignId}  ${included ? 'included' : 'excluded'}  ${oneLine(identityId, 300)}`,
        );
        context.say({ json: { seed: flags.seed, size, sample: drawn }, text: `${lines.join('\n')}\n` });
      } finally {
        await source.close();
      }
    },
  );
}
