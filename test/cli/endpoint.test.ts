import { describe, expect, test } from 'vitest';
import { readEndpoint } from '../../lib/cli/endpoint.ts';

const API = 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';

describe('where a deployed installation is', () => {
  test.each([
    [API, undefined, {}, API, 'eu-central-1'],
    [`${API}/`, undefined, { AWS_REGION: 'us-east-1' }, API, 'eu-central-1'],
    [`${API}/prod/`, undefined, {}, `${API}/prod`, 'eu-central-1'],
    [
      'https://reviews.example.com',
      undefined,
      { AWS_REGION: 'us-gov-west-1' },
      'https://reviews.example.com',
      'us-gov-west-1',
    ],
    [
      'https://reviews.example.com',
      undefined,
      { AWS_REGION: '', AWS_DEFAULT_REGION: 'ap-south-1' },
      'https://reviews.example.com',
      'ap-south-1',
    ],
    [API, 'us-east-1', {}, API, 'us-east-1'],
    ['http://127.0.0.1:4566/x', 'us-east-1', {}, 'http://127.0.0.1:4566/x', 'us-east-1'],
  ] as const)('%s with %s and %j is %s in %s', (text, region, env, url, found) => {
    expect(readEndpoint(text, region, env)).toEqual({ url, region: found });
  });

  test.each([
    ['http://reviews.example.com', undefined],
    ['http://127.0.0.1.example.com', 'us-east-1'],
    ['ftp://reviews.example.com', 'us-east-1'],
    ['https://user:word@reviews.example.com', 'us-east-1'],
    ['https://reviews.example.com/?x=1', 'us-east-1'],
    ['https://reviews.example.com', undefined],
    ['https://reviews.example.com', 'eu_central'],
    ['', 'us-east-1'],
  ])('%s with %s is refused', (text, region) => {
    expect(() => readEndpoint(text, region, {})).toThrow(/^--(endpoint|region): /);
  });
});
