// Prices of AWS, us-east-1, US dollars, free tiers left out.

/** One price, and how well it is known. */
export interface Price {
  /** Per one unit. */
  readonly usd: number;
  /** As the price list words it. */
  readonly said: string;
  readonly page: string;
  /**
   * `aws`: read on AWS's page. `others`: the page was not readable, several others agree. `unread`: not looked up, written
   * from memory.
   */
  readonly known: 'aws' | 'others' | 'unread';
}

/** Day of the look-up. */
export const PRICES_AT = '2026-11-22';

const price = (usd: number, said: string, page: string, known: Price['known']): Price => ({
  usd,
  said,
  page,
  known,
});
const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;

/** Every price the table uses. */
export const PRICES = {
  write: price(0.625e-6, '$0.625 a million write request units', page('dynamodb'), 'others'),
  read: price(0.125e-6, '$0.125 a million read request units', page('dynamodb'), 'others'),
  tableMonth: price(0.25e-9, '$0.25 a GB and month', page('dynamodb'), 'unread'),
  backupMonth: price(0.2e-9, '$0.20 a GB and month of point-in-time recovery', page('dynamodb'), 'unread'),
  filePut: price(5e-6, '$0.005 a thousand PUTs', page('s3'), 'others'),
  fileGet: price(0.4e-6, '$0.0004 a thousand GETs', page('s3'), 'others'),
  fileMonth: price(0.023e-9, '$0.023 a GB and month', page('s3'), 'others'),
  key: price(1, '$1 a key and month', page('kms'), 'aws'),
  signature: price(15e-6, '$0.15 ten thousand signatures with elliptic curves', page('kms'), 'others'),
  gbSecond: price(13.3334e-6, '$0.0000133334 a GB-second on arm64', page('lambda'), 'others'),
  invocation: price(0.2e-6, '$0.20 a million requests', page('lambda'), 'others'),
  queueRequest: price(0.4e-6, '$0.40 a million requests', page('sqs'), 'unread'),
  transition: price(25e-6, '$0.025 a thousand state transitions', page('step-functions'), 'aws'),
  mail: price(1e-4, '$0.10 a thousand mails', page('ses'), 'unread'),
  metric: price(0.3, '$0.30 a metric and month', page('cloudwatch'), 'others'),
  alarm: price(0.1, '$0.10 an alarm and month', page('cloudwatch'), 'others'),
  dashboard: price(3, '$3 a dashboard and month', page('cloudwatch'), 'others'),
  logByte: price(0.5e-9, '$0.50 a GB taken in', page('cloudwatch'), 'others'),
  trace: price(5e-6, '$5 a million traces', page('xray'), 'unread'),
  secret: price(0.4, '$0.40 a secret and month', page('secrets-manager'), 'others'),
  schedule: price(1e-6, '$1 a million invocations', page('eventbridge'), 'unread'),
  request: price(1e-6, '$1 a million requests of an HTTP API', page('api-gateway'), 'unread'),
} as const satisfies Readonly<Record<string, Price>>;
