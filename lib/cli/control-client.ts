// The command's side of the embedded stack's control endpoint: finds the running stack and asks it.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../domain/errors.ts';
import type { LocalResult } from '../local/control/handlers.ts';
import {
  type LocalCommand,
  type LocalCommandOf,
  LocalPointer,
  type LocalRequest,
  type LocalVerb,
  POINTER_FILE,
} from '../local/control/protocol.ts';
import { jsonOrNothing } from '../runtime/control/json-or-nothing.ts';
import { type OnProgress, readAnswer, unavailable } from './control-answer.ts';

/** A running embedded stack, as the command sees it. */
export interface LocalClient {
  readonly pointer: LocalPointer;
  /** Asks for one thing. Throws the error the stack answered with, as its own class. */
  ask<V extends LocalVerb>(command: LocalCommandOf<V>, onProgress?: OnProgress): Promise<LocalResult<V>>;
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
  const parsed = LocalPointer.safeParse(jsonOrNothing(text));
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
export async function connect(dataDir: string): Promise<LocalClient> {
  const pointer = await readPointer(dataDir);
  if (!pointer) {
    throw unavailable(
      PROVIDER,
      `no stack runs over ${dataDir}; start one with "countersign local up" (or say where with --data-dir, or --endpoint for a deployed installation)`,
    );
  }
  return {
    pointer,
    ask: async <V extends LocalVerb>(command: LocalCommandOf<V>, onProgress?: OnProgress) => {
      const response = await post(pointer, command, dataDir);
      return (await readAnswer(response, 'the stack', onProgress)) as LocalResult<V>;
    },
  };
}

const PROVIDER = 'embedded stack';

async function post(pointer: LocalPointer, command: LocalCommand, dataDir: string): Promise<Response> {
  const request: LocalRequest = { requestId: randomUUID(), command };
  let response: Response;
  try {
    response = await fetch(pointer.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${pointer.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
  } catch (cause) {
    throw unavailable(
      PROVIDER,
      `the stack over ${dataDir} (process ${pointer.pid}) does not answer; it seems to have ended: start it again`,
      cause,
    );
  }
  if (response.ok) return response;
  throw unavailable(PROVIDER, `the stack over ${dataDir} answered ${response.status}; start it again`);
}
