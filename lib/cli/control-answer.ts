// Reading an installation's answer: progress on the way, then a result, or an error made again as its own class.
import {
  ConflictError,
  type IntegrityCode,
  IntegrityError,
  type InvalidInputCode,
  InvalidInputError,
  type RefusalCode,
  RefusedError,
  UpstreamError,
} from '../domain/errors.ts';
import { jsonOrNothing } from '../runtime/control/json-or-nothing.ts';
import { ControlLine, type ErrorLine } from '../runtime/control/protocol.ts';

/** Progress of a long command. */
export type OnProgress = (fraction: number, label: string) => void;

/**
 * Reads an answer to its result.
 * @param who what answers, for messages: `the stack`
 * @throws the error it says; UpstreamError when it breaks off
 */
export async function readAnswer(
  response: Response,
  who: string,
  onProgress: OnProgress | undefined,
): Promise<unknown> {
  for await (const text of linesOf(response)) {
    const parsed = ControlLine.safeParse(jsonOrNothing(text));
    if (!parsed.success) break;
    const line = parsed.data;
    if ('progress' in line) onProgress?.(line.progress.fraction, line.progress.label);
    else if ('error' in line) throw errorOf(line.error, who);
    else return line.result;
  }
  throw unavailable(who, `${who} ended in the middle of its answer`);
}

/** Nothing, or nothing useful, answers. */
export function unavailable(provider: string, message: string, cause?: unknown): UpstreamError {
  return new UpstreamError({ code: 'UNAVAILABLE', provider, retryable: false, message, cause });
}

async function* linesOf(response: Response): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** The error a line says, as its own class. */
export function errorOf({ family, code, message }: ErrorLine, who: string): Error {
  switch (family) {
    case 'refused':
      return new RefusedError({ code: code as RefusalCode, message });
    case 'invalid':
      return new InvalidInputError({ code: code as InvalidInputCode, message });
    case 'integrity':
      return new IntegrityError({ code: code as IntegrityCode, message });
    case 'conflict':
      return new ConflictError({ code: 'CONFLICT', message });
    case 'upstream':
      return unavailable('stack', message);
    case 'unexpected':
      return new Error(`in ${who}: ${message}`);
    default:
      return family satisfies never;
  }
}
