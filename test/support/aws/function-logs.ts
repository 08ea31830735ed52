// What the functions wrote, kept for whoever looks into a failed run.
import { writeFile } from 'node:fs/promises';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { FUNCTION_NAMES, type FunctionName } from '../../../lib/functions.ts';
import { deployedName } from './deployed-settings.ts';
import type { ClientConfig } from './emulated-services.ts';

/** Lines a function wrote since a time (ms since 1970), oldest first. */
export async function linesOf(config: ClientConfig, name: FunctionName, startTime = 0): Promise<string[]> {
  const client = new CloudWatchLogsClient(config);
  const query = { logGroupName: `/countersign/${deployedName(name)}`, startTime };
  const lines: string[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, query)) {
    lines.push(...events.flatMap(({ message }) => message?.trimEnd() ?? []));
  }
  client.destroy();
  return lines;
}

/** Writes all of it to a file. */
export async function keepFunctionLogs(config: ClientConfig, file: string): Promise<void> {
  const parts: string[] = [];
  for (const name of FUNCTION_NAMES) parts.push(`== ${name}`, ...(await linesOf(config, name)));
  await writeFile(file, parts.join('\n'));
}
