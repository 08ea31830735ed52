// Turns the schema's tagged unions into one branch per `type`, so that a refusal names the field and not the union.

type Schema = { readonly [keyword: string]: unknown };
type Definitions = Readonly<Record<string, Schema>>;

const refPrefix = '#/definitions/';

/** The definitions with every union of tagged shapes rewritten as `if type is … then …`, and text lengths bounded. */
export function branchByType(definitions: Definitions): Definitions {
  const branched = Object.entries(definitions).map(([name, schema]) => [name, rewrite(schema, definitions)]);
  return { ...(Object.fromEntries(branched) as Definitions), ...correctedDefinitions(definitions) };
}

/** Facts of docs.slack.dev the generated types cannot say: text is 1 to 3,000 characters; an option follows its text. */
function correctedDefinitions(definitions: Definitions): Definitions {
  const bounded = (name: string): Schema => {
    const schema = definitions[name] ?? {};
    const properties = schema['properties'] as Schema;
    return {
      ...schema,
      properties: { ...properties, text: { type: 'string', minLength: 1, maxLength: 3000 } },
    };
  };
  const isMrkdwn = { properties: { text: { properties: { type: { const: 'mrkdwn' } } } } };
  return {
    PlainTextElement: bounded('PlainTextElement'),
    MrkdwnElement: bounded('MrkdwnElement'),
    Option: when(isMrkdwn, ref('MrkdwnOption'), ref('PlainTextOption')),
  };
}

function rewrite(schema: unknown, definitions: Definitions): unknown {
  if (Array.isArray(schema)) return schema.map((part) => rewrite(part, definitions));
  if (typeof schema !== 'object' || schema === null) return schema;
  const union = (schema as Schema)['anyOf'];
  const branches = Array.isArray(union) ? taggedBranches(union as Schema[], definitions) : undefined;
  if (branches) return oneBranchPerType(branches);
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, rewrite(part, definitions)]));
}

/** The union's leaves by their `type`, or undefined when some leaf has none. */
function taggedBranches(
  union: readonly Schema[],
  definitions: Definitions,
): Map<string, Schema[]> | undefined {
  const branches = new Map<string, Schema[]>();
  for (const branch of union) {
    const leaves = leavesOf(branch, definitions);
    if (!leaves) return undefined;
    for (const [tag, leaf] of leaves) branches.set(tag, [...(branches.get(tag) ?? []), leaf]);
  }
  return branches;
}

function leavesOf(branch: Schema, definitions: Definitions): [string, Schema][] | undefined {
  const name =
    typeof branch['$ref'] === 'string'
      ? decodeURIComponent(branch['$ref'].slice(refPrefix.length))
      : undefined;
  const target = name === undefined ? branch : (definitions[name] ?? {});
  if (Array.isArray(target['anyOf'])) {
    const nested = (target['anyOf'] as Schema[]).map((part) => leavesOf(part, definitions));
    return nested.includes(undefined) ? undefined : nested.flatMap((leaves) => leaves ?? []);
  }
  const tag = ((target['properties'] as Schema | undefined)?.['type'] as Schema | undefined)?.['const'];
  return typeof tag === 'string' ? [[tag, name === undefined ? branch : ref(name)]] : undefined;
}

function oneBranchPerType(branches: ReadonlyMap<string, readonly Schema[]>): Schema {
  return {
    type: 'object',
    required: ['type'],
    properties: { type: { enum: [...branches.keys()] } },
    allOf: [...branches].map(([tag, [only = {}, ...more]]) =>
      when(
        { properties: { type: { const: tag } }, required: ['type'] },
        more.length === 0 ? only : { anyOf: [only, ...more] },
        true,
      ),
    ),
  };
}

function when(condition: Schema, outcome: Schema, otherwise: Schema | boolean): Schema {
  // oxlint-disable-next-line unicorn/no-thenable -- a JSON Schema keyword, not a promise
  return { if: condition, then: outcome, else: otherwise };
}

function ref(name: string): Schema {
  return { $ref: `${refPrefix}${encodeURIComponent(name)}` };
}
