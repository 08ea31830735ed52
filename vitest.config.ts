import { defineConfig } from 'vitest/config';

/** Suites that need more than Node and npm live in their own projects and are run by name. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/tools/**', 'test/aws/**', 'node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['lib/**', 'lambdas/**'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
});
