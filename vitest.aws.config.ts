import { defineConfig } from 'vitest/config';

const LIMITS = { testTimeout: 120_000, hookTimeout: 600_000, pool: 'forks', maxWorkers: 1 } as const;

/** Suites on servers that other people wrote: an AWS emulator, DynamoDB Local, the template linter. They install these. */
export default defineConfig({
  test: {
    projects: [
      { test: { ...LIMITS, name: 'services', include: ['test/aws/*.test.ts'] } },
      {
        test: {
          ...LIMITS,
          name: 'deployed',
          include: ['test/aws/journeys/*.test.ts'],
          globalSetup: ['test/support/aws/deploy-for-tests.ts'],
          // One installation for all: one journey at a time.
          fileParallelism: false,
        },
      },
    ],
  },
});
