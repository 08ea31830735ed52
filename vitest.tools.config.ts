import { defineConfig } from 'vitest/config';

/** Suites that use what an auditor or a reader has and `npm test` must not need: openssl, jq, a browser. */
export default defineConfig({
  test: {
    include: ['test/tools/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
