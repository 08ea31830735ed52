// The command's way in: requests signed with a person's own key, as the command signs them.
import { randomUUID } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import * as z from 'zod';
import type { InstallationCommand } from '../../../lib/runtime/control/installation-protocol.ts';
import { ErrorFamily } from '../../../lib/runtime/control/protocol.ts';
import type { AccessKey } from './iam-account.ts';
import { type PlainAnswer, sendPlain } from './send-plain.ts';
import { REGION } from './start-ministack.ts';

/** Where the command's requests go. */
export interface CommandTarget {
  readonly endpoint: string;
  readonly ca: string;
  readonly apiUrl: string;
}

const Answer = z.union([
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ family: ErrorFamily, code: z.string(), message: z.string() }) }),
]);

/** A command that was refused. */
export class CommandRefused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** Sends a command signed with a key; unsigned without one. */
export async function sendCommand(
  { endpoint, ca, apiUrl }: CommandTarget,
  command: InstallationCommand,
  key?: AccessKey,
): Promise<PlainAnswer> {
  const body = JSON.stringify({ requestId: randomUUID(), command });
  const host = new URL(apiUrl).host;
  const headers: Record<string, string> = { host, 'content-type': 'application/json' };
  if (key) {
    const signer = new AwsV4Signer({
      ...key,
      service: 'execute-api',
      region: REGION,
      method: 'POST',
      url: `${apiUrl}/control`,
      body,
    });
    const { headers: signed } = await signer.sign();
    for (const [name, value] of signed) headers[name] = value;
  }
  return sendPlain({ url: `${endpoint}/control`, ca, method: 'POST', headers, body });
}

/** Sends a command and gives back its result. @throws CommandRefused; Error when there was no answer to read */
export async function runAsPerson<T>(
  target: CommandTarget,
  command: InstallationCommand,
  key: AccessKey | undefined,
  schema: z.ZodType<T>,
): Promise<T> {
  if (!key) throw new RangeError('This person has no key.');
  const { status, text } = await sendCommand(target, command, key);
  const parsed = Answer.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`${command.do} was answered with ${status}: ${text.slice(0, 500)}`);
  if ('error' in parsed.data) throw new CommandRefused(parsed.data.error.code, parsed.data.error.message);
  return schema.parse(parsed.data.result);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
