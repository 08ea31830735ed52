import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, test } from 'vitest';
import {
  predicateJsonSchema,
  predicateSchemaFiles,
} from '../../lib/domain/attestation/predicates/json-schemas.ts';
import { PREDICATES, type PredicateName } from '../../lib/domain/attestation/predicates/registry.ts';
import { changedSchemas, exportSchemas, readPublished } from '../../lib/schemas-export/export-schemas.ts';
import { attestorWith, factOf } from '../support/ledger/test-log.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'schemas');
const made: string[] = [];

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'schemas-'));
  made.push(folder);
  return folder;
}

afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe('published schemas', () => {
  test('no predicate changed its meaning under a published version', async () => {
    expect(changedSchemas(await readPublished(FOLDER))).toEqual([]);
  });

  test('every predicate is published, and its file is what the code makes now', async () => {
    const published = await readPublished(FOLDER);
    for (const [path, text] of predicateSchemaFiles()) {
      expect(published, path).toHaveProperty([path]);
      expect(readFileSync(join(FOLDER, path), 'utf8'), path).toBe(text);
    }
  });

  test('every published file is on the list of digests, and only those', async () => {
    const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'digests.json')
      .map((entry) => join(entry.parentPath, entry.name).slice(FOLDER.length + 1));
    expect(files.toSorted()).toEqual(Object.keys(await readPublished(FOLDER)).toSorted());
    expect(files).toHaveLength(Object.keys(PREDICATES).length);
  });

  test('a changed schema is found, and is not written over what was published', async () => {
    const folder = await emptyFolder();
    await exportSchemas(folder);
    const before = await readFile(join(folder, 'decision/v1.json'), 'utf8');
    const changed = new Map(predicateSchemaFiles()).set(
      'decision/v1.json',
      before.replace('"reason"', '"why"'),
    );

    expect(changedSchemas(await readPublished(folder), changed)).toEqual(['decision/v1.json']);
    await expect(exportSchemas(folder, changed)).rejects.toThrow(
      'decision/v1.json changed under a published version',
    );
    expect(await readFile(join(folder, 'decision/v1.json'), 'utf8')).toBe(before);
  });

  test('a new version beside the old one is taken', async () => {
    const folder = await emptyFolder();
    await exportSchemas(folder);
    const files = new Map(predicateSchemaFiles()).set('decision/v2.json', '{}\n');

    expect(await exportSchemas(folder, files)).toEqual(['decision/v2.json']);
    expect(Object.keys(await readPublished(folder))).toContain('decision/v1.json');
  });

  test('every schema is valid, and refuses what it does not name', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    for (const name of Object.keys(PREDICATES) as PredicateName[]) {
      const validate = ajv.compile(predicateJsonSchema(name));
      expect(validate({ smuggled: true }), name).toBe(false);
    }
  });

  test('a real statement fits its schema, and the same with a key smuggled in does not', () => {
    const { predicate } = factOf(1).fact;
    const validate = new Ajv2020({ strict: true }).compile(predicateJsonSchema('owner-changed'));

    expect(validate(predicate), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...predicate, smuggled: attestorWith().build })).toBe(false);
  });
});
