// What the type checker lets pass although it can never hold: found in the syntax tree of an expression.
import type { Environment } from '@marcbachmann/cel-js';

/** A node of the tree, as far as it matters here. */
interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value && 'start' in value;
}

function* nodesOf(tree: unknown): Iterable<Node> {
  if (Array.isArray(tree)) {
    for (const part of tree) yield* nodesOf(part);
  } else if (isNode(tree)) {
    yield tree;
    yield* nodesOf(tree.args);
  }
}

function isCall({ op, args }: Node, name: string): boolean {
  return (op === 'call' || op === 'rcall') && Array.isArray(args) && args[0] === name;
}

/**
 * Why the expression cannot mean what it says: an unknown field inside `has`, which checks as false; a value hidden from
 * the check by `dyn`; a text for `matches` that is no regular expression. Undefined when there is nothing.
 */
export function blindSpotOf(environment: Environment, source: string, tree: unknown): string | undefined {
  const nodes = [...nodesOf(tree)];
  const hidden = nodes.find((node) => isCall(node, 'dyn'));
  if (hidden) return `at character ${hidden.start + 1}: dyn() hides its value from the check`;
  return unknownFieldIn(environment, source, nodes) ?? badPatternIn(nodes);
}

/** `dyn(x.f)` is as long as `has(x.f)`, and fails the check when x can have no field f. */
function unknownFieldIn(
  environment: Environment,
  source: string,
  nodes: readonly Node[],
): string | undefined {
  const asked = nodes.filter((node) => isCall(node, 'has'));
  if (asked.length === 0) return undefined;
  const probe = asked.reduce(
    (text, { start }) => `${text.slice(0, start)}dyn${text.slice(start + 3)}`,
    source,
  );
  const { valid, error } = environment.check(probe);
  return valid
    ? undefined
    : `at character ${(error?.range?.start ?? 0) + 1}: ${error?.summary ?? 'is wrong'}`;
}

function badPatternIn(nodes: readonly Node[]): string | undefined {
  for (const node of nodes.filter((each) => isCall(each, 'matches'))) {
    for (const literal of nodesOf((node.args as unknown[]).at(-1))) {
      if (literal.op === 'value' && typeof literal.args === 'string' && !isPattern(literal.args)) {
        return `at character ${literal.start + 1}: "${literal.args}" is no regular expression`;
      }
    }
  }
  return undefined;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
