// The two documents of an installation, as they were when it was deployed.
import type * as z from 'zod';
import { getObject } from '../adapters/s3/objects.ts';
import { IntegrityError, InvalidInputError } from '../domain/errors.ts';
import { Installation, Organisation } from '../installation.ts';
import { s3 } from './s3.ts';

/** Reads the installation document. @throws InvalidInputError BAD_SETTING when it is not one; UpstreamError */
export function readInstallation(address: string): Promise<Installation> {
  return readDocument(address, Installation);
}

/** Reads people, teams and owners. @throws InvalidInputError BAD_SETTING when it is not one; UpstreamError */
export function readOrganisation(address: string): Promise<Organisation> {
  return readDocument(address, Organisation);
}

async function readDocument<T>(address: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(parseJson(address, await readObject(address)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidInputError({
    code: 'BAD_SETTING',
    message: `${address}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}; deploy again with this release.`,
  });
}

/** Reads a whole object as text. @throws UpstreamError when S3 fails; InvalidInputError BAD_SETTING when it is not there */
export async function readObject(address: string): Promise<string> {
  const { host: bucket, pathname } = new URL(address);
  const bytes = await getObject({ client: s3(), bucket }, decodeURIComponent(pathname.slice(1)));
  if (bytes !== undefined) return new TextDecoder().decode(bytes);
  throw new InvalidInputError({
    code: 'BAD_SETTING',
    message: `${address} is not there; deploy again.`,
  });
}

function parseJson(address: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message: `${address} is not JSON.`, cause });
  }
}
