// `definitions`: checking campaign definitions, putting them into force, and seeing what that would change.
import type { Command } from 'commander';
import { createCelExpressions } from '../../adapters/cel/expressions.ts';
import type { AppliedDefinition } from '../../application/apply-definition.ts';
import { Definition } from '../../domain/campaign/definition.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { type ByTwoOptions, sayByTwo, twoOf, withTwo } from '../by-two.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { diffValues } from '../diff-values.ts';
import { onTarget, type TargetOptions, targetOf } from '../on-stack.ts';
import {
  checkSources,
  type DefinitionSource,
  problemText,
  readDefinitionFiles,
} from '../read-definitions.ts';
import { readPeopleFile } from '../read-people.ts';

/** Adds the command. */
export const addDefinitions: AddCommand = (program, context) => {
  const group = program
    .command('definitions')
    .description('Campaign definitions as code: validate, apply, diff.');
  addValidate(group, context);
  addApply(group, context);
  addDiff(group, context);
};

function addValidate(group: Command, context: CliContext): void {
  const command = group
    .command('validate')
    .description(
      'Check definitions: shape, expressions and, with --people, reviewers. Needs no running stack.',
    )
    .argument('<file...>', 'YAML files; one file may hold several definitions')
    .option('--people <file>', 'YAML or JSON with people and teams, to check reviewers against');
  examples(
    command,
    'definitions validate reviews/*.yaml',
    'definitions validate review.yaml --people people.yaml --json',
  ).action(async (files: string[], { people }: { readonly people?: string }) => {
    const sources = await readDefinitionFiles(context, files);
    const directory = people === undefined ? undefined : await readPeopleFile(context.path(people));
    const problems = checkSources(sources, createCelExpressions({ clock: context }), directory);
    const reviewersChecked = directory !== undefined;
    if (!reviewersChecked) context.err.write('Reviewers were not checked: say who there is with --people.\n');
    const fine = `${sources.length} sound: ${sources.map(({ value }) => nameOf(value)).join(', ')}\n`;
    const text = problems.length === 0 ? fine : '';
    for (const problem of problems) context.err.write(`${oneLine(problemText(problem), 2000)}\n`);
    context.say({ json: { definitions: sources.length, reviewersChecked, problems }, text });
    if (problems.length > 0) context.exitWith(2);
  });
}

function addApply(group: Command, context: CliContext): void {
  const command = withTwo(
    onTarget(
      group
        .command('apply')
        .description('Put definitions into force. It takes an author and an approver.')
        .argument('<file...>', 'YAML files'),
    ),
  );
  examples(
    command,
    'definitions apply review.yaml --as ines.moreau --approved-by tomasz.wolski',
    'definitions apply review.yaml --endpoint https://reviews.example.com',
    'definitions apply review.yaml --approve rq-0123456789abcdef01234567',
  ).action(async (files: string[], options: ByTwoOptions) => {
    const sources = await soundSources(context, files);
    const target = await targetOf(context, options);
    const definitions = sources.map(({ where, value }) => ({ where, value }));
    const outcome = await target.ask({ do: 'apply', definitions, ...twoOf(context, options, target) });
    sayByTwo(context, outcome, `definitions apply ${files.join(' ')}`, (applied) => ({
      json: { applied },
      text: applied.map(appliedText).join(''),
    }));
  });
}

function appliedText({ definitionId, definitionVersion, changed }: AppliedDefinition): string {
  return `${definitionId} version ${definitionVersion}: ${changed ? 'in force' : 'was in force already'}\n`;
}

function addDiff(group: Command, context: CliContext): void {
  const command = onTarget(
    group
      .command('diff')
      .description('Show what applying would change, defaults included. Writes nothing.')
      .argument('<file...>', 'YAML files'),
  );
  examples(command, 'definitions diff review.yaml').action(
    async (files: string[], options: TargetOptions) => {
      const sources = await soundSources(context, files);
      const target = await targetOf(context, options);
      const diffs = [];
      for (const { value } of sources) {
        const wanted = Definition.parse(value);
        const { definitionId } = wanted;
        const inForce = await target.ask({ do: 'definition-in-force', definitionId });
        const changes = diffValues(inForce?.definition, wanted);
        diffs.push({ definitionId, isNew: inForce === null, changes });
      }
      context.say({ json: { diffs }, text: diffs.map((diff) => diffText(context, diff)).join('') });
    },
  );
}

function diffText(
  { paint }: CliContext,
  {
    definitionId,
    isNew,
    changes,
  }: { definitionId: string; isNew: boolean; changes: ReturnType<typeof diffValues> },
): string {
  const what = isNew ? 'new' : changes.length === 0 ? 'unchanged' : `${changes.length} changed`;
  const lines = changes.flatMap((change) => [
    ...('before' in change
      ? [paint.out.bad(`- ${change.path}: ${oneLine(JSON.stringify(change.before), 500)}`)]
      : []),
    ...('after' in change
      ? [paint.out.good(`+ ${change.path}: ${oneLine(JSON.stringify(change.after), 500)}`)]
      : []),
  ]);
  return `${[paint.out.bold(`${definitionId}: ${what}`), ...lines].join('\n')}\n`;
}

/** Sources whose shape and expressions are sound; reviewers are checked where the people are, on the stack. */
async function soundSources(context: CliContext, files: readonly string[]): Promise<DefinitionSource[]> {
  const sources = await readDefinitionFiles(context, files);
  const [first, ...more] = checkSources(sources, createCelExpressions({ clock: context }), undefined);
  if (!first) return sources;
  const others = more.length > 0 ? ` (and ${more.length} more; see "countersign definitions validate")` : '';
  throw new InvalidInputError({ code: 'MALFORMED_DEFINITION', message: `${problemText(first)}${others}` });
}

function nameOf(value: unknown): string {
  const parsed = Definition.safeParse(value);
  return parsed.success ? `${parsed.data.definitionId} version ${parsed.data.version}` : '';
}
