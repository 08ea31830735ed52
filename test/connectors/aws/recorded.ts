// Answers recorded from AWS with boto3, back on the wire: its dates are objects there, and seconds here.
import { readFile } from 'node:fs/promises';
import * as z from 'zod';

const Recording = z.object({ status_code: z.int(), data: z.record(z.string(), z.json()) });

const RecordedDate = z.object({
  __class__: z.literal('datetime'),
  year: z.int(),
  month: z.int(),
  day: z.int(),
  hour: z.int(),
  minute: z.int(),
  second: z.int(),
  microsecond: z.int(),
});

/** The body of a recorded answer as the service sent it. */
export async function recordedAnswer(
  path: string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const url = new URL(`../../fixtures/${path}`, import.meta.url);
  const recording = Recording.parse(JSON.parse(await readFile(url, 'utf8')));
  const { ResponseMetadata: _left, ...body } = recording.data;
  return { status: recording.status_code, body: onWire(body) };
}

function onWire(value: unknown): unknown {
  const date = RecordedDate.safeParse(value);
  if (date.success) {
    const { year, month, day, hour, minute, second, microsecond } = date.data;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 + microsecond / 1_000_000;
  }
  if (Array.isArray(value)) return value.map(onWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, onWire(inner)]));
}
