// The command's side of the control endpoint: finds the running stack, asks, shows progress, rebuilds errors.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
import type { ControlResult } from '../local/control/handlers.ts';
import {
  type CommandOf,
  ControlLine,
  type ControlRequest,
  type ControlVerb,
  LocalPointer,
  POINTER_FILE,
} from '../local/control/protocol.ts';

/** Progress of a long command. */
export type OnProgress = (fraction: number, label: string) => void;

/** A running stack, as the command sees it. */
export interface ControlClient {
  readonly pointer: LocalPointer;
  /** Asks for one thing. Throws the error the stack answered with, as its own class. */
  ask<V extends ControlVerb>(command: CommandOf<V>, onProgress?: OnProgress): Promise<ControlResult<V>>;
}

/** Where the pointer to a running stack is; undefined when there is none. @throws InvalidInputError when it is malformed */
export async function readPointer(dataDir: string): Promise<LocalPointer | undefined> {
  const path = join(dataDir, POINTER_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
  const parsed = LocalPointer.safeParse(parseLine(text));
  if (parsed.success) return parsed.data;
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${path} is no pointer to a running stack; remove it and start the stack again.`,
  });
}

/**
 * Finds the stack that runs over a data folder.
 * @throws UpstreamError UNAVAILABLE when none does
 */
export async function connect(dataDir: string): Promise<ControlClient> {
  const pointer = await readPointer(dataDir);
  if (!pointer) {
    throw unavailable(
      `no stack runs over ${dataDir}; start one with "countersign local up" (or say where with --data-dir)`,
    );
  }
  return {
    pointer,
    ask: async <V extends ControlVerb>(command: CommandOf<V>, onProgress?: OnProgress) => {
      const response = await post(pointer, command, dataDir);
      return (await lastLine(response, onProgress)) as ControlResult<V>;
    },
  };
}

async function post(
  pointer: LocalPointer,
  command: CommandOf<ControlVerb>,
  dataDir: string,
): Promise<Response> {
  const request: ControlRequest = { requestId: randomUUID(), command };
  let response: Response;
  try {
    response = await fetch(pointer.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${pointer.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
  } catch (cause) {
    throw unavailable(
      `the stack over ${dataDir} (process ${pointer.pid}) does not answer; it seems to have ended: start it again`,
      cause,
    );
  }
  if (response.ok) return response;
  throw unavailable(`the stack over ${dataDir} answered ${response.status}; start it again`);
}

async function lastLine(response: Response, onProgress: OnProgress | undefined): Promise<unknown> {
  for await (const text of linesOf(response)) {
    const line = ControlLine.parse(parseLine(text));
    if ('progress' in line) onProgress?.(line.progress.fraction, line.progress.label);
    else if ('error' in line) throw errorOf(line.error);
    else return line.result;
  }
  throw unavailable('the stack ended in the middle of its answer');
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

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Refused by the caller's schema.
    return undefined;
  }
}

function errorOf({ family, code, message }: Extract<ControlLine, { error: unknown }>['error']): Error {
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
      return new UpstreamError({ code: 'UNAVAILABLE', provider: 'stack', retryable: false, message });
    case 'unexpected':
      return new Error(`in the stack: ${message}`);
    default:
      return family satisfies never;
  }
}

function unavailable(message: string, cause?: unknown): UpstreamError {
  return new UpstreamError({
    code: 'UNAVAILABLE',
    provider: 'embedded stack',
    retryable: false,
    message,
    cause,
  });
}
