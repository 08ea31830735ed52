// Topics of the emulator, by the query protocol: the product itself never calls SNS, so it has no client for it.
import { AwsV4Signer } from 'aws4fetch';
import { sendPlain } from './send-plain.ts';
import { REGION } from './start-ministack.ts';

/** The emulator. */
export interface TopicService {
  readonly endpoint: string;
  readonly ca: string;
}

async function callSns(
  { endpoint, ca }: TopicService,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const body = new URLSearchParams({ Version: '2010-03-31', ...parameters }).toString();
  const { headers } = await new AwsV4Signer({
    accessKeyId: 'test',
    secretAccessKey: 'test',
    service: 'sns',
    region: REGION,
    method: 'POST',
    url: `${endpoint}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  }).sign();
  const answer = await sendPlain({
    url: `${endpoint}/`,
    ca,
    method: 'POST',
    headers: Object.fromEntries(headers),
    body,
  });
  if (answer.status === 200) return answer.text;
  throw new Error(`SNS ${parameters['Action'] ?? ''} was answered with ${answer.status}: ${answer.text}`);
}

/** ARN of the one topic whose name has that part. @throws RangeError when there is not exactly one */
export async function topicNamed(service: TopicService, part: string): Promise<string> {
  const text = await callSns(service, { Action: 'ListTopics' });
  const arns = [...text.matchAll(/<TopicArn>([^<]+)<\/TopicArn>/g)].flatMap(([, arn = '']) =>
    arn.includes(part) ? [arn] : [],
  );
  const [arn] = arns;
  if (arn === undefined || arns.length > 1)
    throw new RangeError(`${arns.length} topics are named "${part}".`);
  return arn;
}

/** Publishes a message. */
export async function publish(service: TopicService, topicArn: string, message: unknown): Promise<void> {
  await callSns(service, { Action: 'Publish', TopicArn: topicArn, Message: JSON.stringify(message) });
}
