// What Slack would refuse about blocks and views, said the way Slack says it.
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Block } from './block.ts';
import { checkRules } from './block-rules.ts';
import { branchByType } from './schema-by-type.ts';

const maxMessageBlocks = 50;
const maxViewBytes = 250 * 1024;
/** Slack publishes no number for `msg_blocks_too_long`; apps in the field measured about 13,200 characters of text. */
const maxMessageTextLength = 13_200;

/** The verdict on blocks or a view: Slack's error code and its messages; no code when all is well. */
export interface BlocksVerdict {
  readonly error?: 'invalid_blocks' | 'msg_blocks_too_long' | 'invalid_arguments' | 'view_too_large';
  readonly messages: readonly string[];
}

const fine: BlocksVerdict = { messages: [] };
let validators: ReturnType<typeof compile> | undefined;

/** Checks the blocks of a message as chat.postMessage does. */
export function checkMessageBlocks(blocks: unknown): BlocksVerdict {
  const messages = complaintsAbout({ blocks }, schemaFor('message'), '/blocks', blocks);
  if (messages.length > 0) return { error: 'invalid_blocks', messages };
  return textLength(blocks) > maxMessageTextLength ? { error: 'msg_blocks_too_long', messages: [] } : fine;
}

/** Checks a modal or a home tab as views.open and views.publish do. */
export function checkView(view: unknown, expected: 'modal' | 'home'): BlocksVerdict {
  if (JSON.stringify(view ?? null).length > maxViewBytes) return { error: 'view_too_large', messages: [] };
  const blocks = (view as { readonly blocks?: unknown } | null)?.blocks;
  const messages = complaintsAbout({ view }, schemaFor(expected), '/view/blocks', blocks);
  if (messages.length === 0) return fine;
  return {
    error: 'invalid_arguments',
    messages: [complaint('failed to match all allowed schemas', '/view'), ...messages],
  };
}

function complaintsAbout(
  data: { readonly view?: unknown; readonly blocks?: unknown },
  validate: ValidateFunction,
  pointer: string,
  blocks: unknown,
): string[] {
  if (!validate(data))
    return [...new Set((validate.errors ?? []).filter(isTelling).map((error) => describe(error, data)))];
  const checked = blocks as readonly Block[];
  const broken = checkRules(checked, data.view !== undefined).map(({ at, says }) =>
    complaint(says, `${pointer}${at}`),
  );
  return lacksSubmit(data.view, checked)
    ? [...broken, complaint('missing required field: submit', '/view')]
    : broken;
}

/** Slack insists on a submit button as soon as a modal asks for input. */
function lacksSubmit(view: unknown, blocks: readonly Block[]): boolean {
  const { type, submit } = (view ?? {}) as { readonly type?: string; readonly submit?: unknown };
  return type === 'modal' && !submit && blocks.some((block) => block.type === 'input');
}

/** The compiled schema, compiled on first use: it takes a few hundred milliseconds. */
function schemaFor(surface: 'message' | 'modal' | 'home'): ValidateFunction {
  validators ??= compile();
  return validators[surface];
}

/** `if` and `allOf` only repeat what a deeper error says. */
function isTelling({ keyword }: ErrorObject): boolean {
  return keyword !== 'if' && keyword !== 'allOf';
}

function complaint(says: string, pointer: string): string {
  return `[ERROR] ${says} [json-pointer:${pointer}]`;
}

function describe(error: ErrorObject, data: unknown): string {
  return complaint(wordingOf(error, data), error.instancePath);
}

const wordings: Readonly<Record<string, (params: Record<string, string | number>) => string>> = {
  maxLength: ({ limit }) => `must be less than ${Number(limit) + 1} characters`,
  minLength: ({ limit }) => `must be more than ${Number(limit) - 1} characters`,
  maxItems: ({ limit }) => `no more than ${limit} items allowed`,
  minItems: ({ limit }) => `no fewer than ${limit} items allowed`,
  required: ({ missingProperty }) => `missing required field: ${missingProperty}`,
  additionalProperties: ({ additionalProperty }) => `invalid additional property: ${additionalProperty}`,
  type: ({ type }) => `must provide ${type === 'object' || type === 'array' ? 'an' : 'a'} ${type}`,
};

function wordingOf(error: ErrorObject, data: unknown): string {
  const isKind = error.keyword === 'const' || error.keyword === 'enum';
  if (isKind && error.instancePath.endsWith('/type'))
    return `unsupported type: ${valueAt(data, error.instancePath)}`;
  if (isKind) return 'value is not one of the allowed values';
  return (
    wordings[error.keyword]?.(error.params as Record<string, string | number>) ??
    'failed to match all allowed schemas'
  );
}

function valueAt(data: unknown, pointer: string): string {
  const steps = pointer.split('/').slice(1);
  const value = steps.reduce<unknown>(
    (at, step) => (at as Record<string, unknown> | undefined)?.[step],
    data,
  );
  return typeof value === 'string' ? value.slice(0, 100) : typeof value;
}

function textLength(part: unknown): number {
  if (Array.isArray(part)) return part.reduce((sum: number, each) => sum + textLength(each), 0);
  if (typeof part !== 'object' || part === null) return 0;
  return Object.entries(part).reduce(
    (sum, [key, each]) => sum + (key === 'text' && typeof each === 'string' ? each.length : textLength(each)),
    0,
  );
}

function compile(): Readonly<Record<'message' | 'modal' | 'home', ValidateFunction>> {
  const file = new URL('./schema.json', import.meta.url);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as {
    definitions: Record<string, Record<string, unknown>>;
  };
  const definitions = branchByType(schema.definitions);
  const ajv = new Ajv({ allErrors: true, strict: false, logger: false });
  ajv.addSchema({ $id: 'block-kit', definitions });
  const whole = (property: string, shape: object) =>
    ajv.compile({ type: 'object', required: [property], properties: { [property]: shape } });
  return {
    message: whole('blocks', {
      type: 'array',
      maxItems: maxMessageBlocks,
      items: { $ref: 'block-kit#/definitions/AnyBlock' },
    }),
    modal: whole('view', { $ref: 'block-kit#/definitions/ModalView' }),
    home: whole('view', { $ref: 'block-kit#/definitions/HomeView' }),
  };
}

/** Compiles the schema ahead of the first message. */
export function warmUpBlockKit(): void {
  validators ??= compile();
}
