// An emulator for one test file, and how SDK clients reach it.
import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { installPythonTools } from './python-tools.ts';
import { type Ministack, REGION, startMinistack } from './start-ministack.ts';

/** What a client of any service is made with. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Clients that act as the account's root. The emulator takes the key `test` for it, whatever the secret. */
export function rootConfig({ endpoint }: Pick<Ministack, 'endpoint'>): ClientConfig {
  return { endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

/** Makes this process trust the emulator's certificate, besides those it trusts anyway. */
export async function trust({ caFile }: Pick<Ministack, 'caFile'>): Promise<void> {
  setDefaultCACertificates([...getCACertificates('default'), await readFile(caFile, 'utf8')]);
}

/** Installs and starts an emulator, and trusts it. */
export async function startServices(name: string): Promise<Ministack> {
  await installPythonTools();
  const emulator = await startMinistack(name);
  await trust(emulator);
  return emulator;
}
