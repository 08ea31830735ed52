import { defineConfig } from 'vitest/config';

/** Suites on servers that other people wrote: an AWS emulator, DynamoDB Local, the template linter. They install these. */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
    include: ['test/aws/*.test.ts'],
  },
});
