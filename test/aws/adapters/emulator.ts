// The AWS emulator these tests run against: whoever starts them starts it, and says where it is.

/**
 * Settings of a client of the emulator at AWS_ENDPOINT_URL.
 * @throws Error without it: these tests must never reach a real account
 */
export function emulator() {
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (endpoint === undefined || endpoint === '') {
    throw new Error('Set AWS_ENDPOINT_URL to the address of the emulator, such as http://127.0.0.1:4566.');
  }
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
}
