// Condition blocks: does the request's context satisfy them?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
import { matchesGlob } from './policy-document.ts';
import { QueryFailure } from './query-protocol.ts';

/** Context keys in lower case, each with its values. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/** Whether a condition block holds, and which context keys it asked for in vain. */
export interface ConditionOutcome {
  readonly holds: boolean;
  readonly missingKeys: readonly string[];
}

type Test = (wanted: string, actual: string) => boolean;

const numeric =
  (compare: (actual: number, wanted: number) => boolean): Test =>
  (wanted, actual) =>
    compare(Number(actual), Number(wanted));
const dated =
  (compare: (actual: number, wanted: number) => boolean): Test =>
  (wanted, actual) =>
    compare(epochOf(actual), epochOf(wanted));
const equal = (left: number, right: number): boolean => left === right;

/** Positive operators; the negated ones are these turned round. */
const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: matchesGlob,
  ArnEquals: matchesGlob,
  ArnLike: matchesGlob,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  BinaryEquals: (wanted, actual) => wanted === actual,
  NumericEquals: numeric(equal),
  NumericLessThan: numeric((actual, wanted) => actual < wanted),
  NumericLessThanEquals: numeric((actual, wanted) => actual <= wanted),
  NumericGreaterThan: numeric((actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: numeric((actual, wanted) => actual >= wanted),
  DateEquals: dated(equal),
  DateLessThan: dated((actual, wanted) => actual < wanted),
  DateLessThanEquals: dated((actual, wanted) => actual <= wanted),
  DateGreaterThan: dated((actual, wanted) => actual > wanted),
  DateGreaterThanEquals: dated((actual, wanted) => actual >= wanted),
  IpAddress: isInRange,
};

const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

/** Evaluates a condition block. @throws QueryFailure PolicyEvaluation for an operator the stand-in does not know. */
export function evaluateConditions(
  block: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  context: RequestContext,
): ConditionOutcome {
  let holds = true;
  const missingKeys: string[] = [];
  for (const [operator, keys] of Object.entries(block)) {
    for (const [key, wanted] of Object.entries(keys)) {
      const actual = context.get(key.toLowerCase());
      if (actual === undefined && !operator.startsWith('Null')) missingKeys.push(key);
      if (!conditionHolds(operator, wanted, actual)) holds = false;
    }
  }
  return { holds, missingKeys };
}

function conditionHolds(
  operatorText: string,
  wanted: readonly string[],
  actual: readonly string[] | undefined,
): boolean {
  const quantified = operatorText.replace(/^For(All|Any)Values:/, '');
  const operator = quantified.replace(/IfExists$/, '');
  if (operator === 'Null') return wanted.includes(String(actual === undefined));
  const negation = NEGATIONS[operator];
  const test = TESTS[negation ?? operator];
  if (!test) {
    throw new QueryFailure(
      'PolicyEvaluation',
      500,
      `The stand-in does not evaluate the operator ${operatorText}.`,
    );
  }
  if (actual === undefined) {
    return (
      quantified.endsWith('IfExists') || operatorText.startsWith('ForAllValues:') || negation !== undefined
    );
  }
  const one = (value: string): boolean =>
    wanted.some((pattern) => test(pattern, value)) === (negation === undefined);
  return operatorText.startsWith('ForAllValues:') || negation !== undefined
    ? actual.every(one)
    : actual.some(one);
}

/** Policies write dates as ISO 8601 or epoch seconds. */
function epochOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function isInRange(range: string, address: string): boolean {
  const [network = '', bitsText = '32'] = range.split('/');
  const bits = Number(bitsText);
  const left = ipv4(network);
  const right = ipv4(address);
  if (left === undefined || right === undefined || !(bits >= 0 && bits <= 32)) return range === address;
  const size = 2 ** (32 - bits);
  return Math.floor(left / size) === Math.floor(right / size);
}

function ipv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts?.every((part) => part <= 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
