// How functions call AWS: in their own region, with their own role.

/**
 * Settings of every client, times in ms. A call that hangs must not eat a function's minutes; the SDK repeats what failed
 * in passing (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
 */
export const CALLS = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 20_000 },
} as const;

/** As `CALLS`, for requests that carry or wait for much: large files, another function's whole run. */
export const LONG_CALLS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 300_000 },
} as const;
