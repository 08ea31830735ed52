import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../lib/domain/errors.ts';
import { FUNCTION_NAMES, FUNCTIONS, QUEUE_NAMES, QUEUES } from '../lib/functions.ts';
import { readSettings, variableOf, variablesOf } from '../lib/settings.ts';

const RIGHT: Readonly<Record<string, string>> = {
  COUNTERSIGN_STAGE: 'test',
  COUNTERSIGN_BUILD: 'ab'.repeat(32),
  COUNTERSIGN_INSTALLATION: 's3://assets/installation.json',
  COUNTERSIGN_ORGANISATION: 's3://assets/organisation.json',
  COUNTERSIGN_REVIEWS_TABLE: 'reviews',
  COUNTERSIGN_DATA_BUCKET: 'data-bucket',
  COUNTERSIGN_ATTESTATION_KEY: 'arn:aws:kms:eu-west-1:111122223333:key/1',
  COUNTERSIGN_PSEUDONYM_SECRET: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:salt',
  COUNTERSIGN_SLACK_SECRET: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack',
  COUNTERSIGN_QUEUE_REMOVALS: 'https://sqs.eu-west-1.amazonaws.com/111122223333/removals',
  COUNTERSIGN_WEB_URL: 'https://reviews.example.com',
};

describe('the settings of a function', () => {
  it('are read from the variables that its uses call for', () => {
    const settings = readSettings('chase-owners', RIGHT);
    expect(settings.reviewsTable).toBe('reviews');
    expect(settings.webUrl).toBe('https://reviews.example.com');
    expect(variablesOf('chase-owners')).toEqual(Object.keys(RIGHT).toSorted());
  });

  it('name every variable that is missing or wrong, and what it must be', () => {
    const { COUNTERSIGN_REVIEWS_TABLE: _gone, ...rest } = RIGHT;
    const wrong = { ...rest, COUNTERSIGN_WEB_URL: 'ftp://reviews.example.com', COUNTERSIGN_BUILD: 'latest' };
    expect(() => readSettings('chase-owners', wrong)).toThrow(InvalidInputError);
    expect(() => readSettings('chase-owners', wrong)).toThrow(
      /^Function chase-owners cannot start: COUNTERSIGN_BUILD is not right: 64 lowercase.*COUNTERSIGN_REVIEWS_TABLE is not set: .*COUNTERSIGN_WEB_URL is not right/,
    );
  });

  it('never say the value that was wrong, in case it is a secret put in the wrong place', () => {
    const leaked = 'xoxb-leaked-token';
    const read = () => readSettings('chase-owners', { ...RIGHT, COUNTERSIGN_ATTESTATION_KEY: leaked });
    expect(read).toThrow('COUNTERSIGN_ATTESTATION_KEY is not right: an ARN');
    expect(read).not.toThrow(leaked);
  });

  it('are called in capitals what the code calls them', () => {
    expect(variableOf('reviewsTable')).toBe('COUNTERSIGN_REVIEWS_TABLE');
    expect(variableOf('queue-mail-events')).toBe('COUNTERSIGN_QUEUE_MAIL_EVENTS');
  });

  it.each(FUNCTION_NAMES)('of %s stay far below the 4 KB that Lambda allows for names', (name) => {
    expect(variablesOf(name).join('=').length).toBeLessThan(1024);
  });
});

describe('the table of functions', () => {
  it('gives every queue a worker', () => {
    for (const queue of QUEUE_NAMES) expect(FUNCTION_NAMES).toContain(QUEUES[queue]);
  });

  it('lets exactly one function write the ledger', () => {
    expect(FUNCTION_NAMES.filter((name) => FUNCTIONS[name].ledger === 'write')).toEqual(['seal-ledger']);
  });

  it('gives what faces the network no right to switch anything off', () => {
    for (const name of ['answer-slack', 'serve-web', 'receive-mail-events'] as const) {
      expect(FUNCTIONS[name].connectors).not.toContain('disable');
      expect(FUNCTIONS[name].connectors).not.toContain('remove');
    }
  });
});
