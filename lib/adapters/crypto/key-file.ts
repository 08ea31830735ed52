// A private key in a file: for the embedded stack and small installations. In AWS, KMS holds the keys instead.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InvalidInputError } from '../../domain/errors.ts';

/** The kinds of key kept in files. */
export type KeyKind = 'p256' | 'ed25519';

/**
 * Reads the key at `path` (PKCS #8 PEM), or makes one first, readable by its owner only. Processes that start
 * together agree on one key, and a crash leaves either no key or a whole one.
 * @throws InvalidInputError `BAD_SETTING` when others may read the file, or it holds another kind of key
 */
export async function openKeyFile(path: string, kind: KeyKind): Promise<KeyObject> {
  const existing = await readKey(path, kind);
  if (existing !== undefined) return existing;
  await createKey(path, kind);
  const created = await readKey(path, kind);
  if (created === undefined) throw badKey(path, 'vanished while it was being made');
  return created;
}

async function readKey(path: string, kind: KeyKind): Promise<KeyObject | undefined> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  // Windows has no such bits: Node reports every file as readable by all.
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw badKey(path, 'may be read by others: run chmod 600 on it');
  }
  return parseKey(pem, path, kind);
}

function parseKey(pem: string, path: string, kind: KeyKind): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw badKey(path, 'is not a private key in PEM', cause);
  }
  if (kindOf(key) !== kind) throw badKey(path, `does not hold a ${kind} key`);
  return key;
}

/** The kind of a key, if it is one we use. */
export function kindOf(key: KeyObject): KeyKind | undefined {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  const isP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  return isP256 ? 'p256' : undefined;
}

async function createKey(path: string, kind: KeyKind): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(generateKey(kind).export({ format: 'pem', type: 'pkcs8' }));
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // Unlike rename, link never replaces a key another process has just made.
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
}

/** A new private key, in memory only. */
export function generateKey(kind: KeyKind): KeyObject {
  return kind === 'p256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : generateKeyPairSync('ed25519').privateKey;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function badKey(path: string, what: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError({ code: 'BAD_SETTING', message: `Key file ${path} ${what}.`, cause });
}
