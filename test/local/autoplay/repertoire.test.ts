import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Instant } from '../../../lib/domain/time.ts';
import { REPERTOIRE } from '../../../lib/local/autoplay/scenes/repertoire.ts';
import { harborAndPine } from '../../../lib/local/company/harbor-and-pine.ts';

const SCENES = join(import.meta.dirname, '../../../lib/local/autoplay/scenes');

describe('the repertoire', () => {
  it('has every scene there is, once', async () => {
    const files = await readdir(SCENES);
    const texts = await Promise.all(files.map((file) => readFile(join(SCENES, file), 'utf8')));
    const written = texts.join('\n').match(/^export const \w+(: Scene)? = (answerScene\(\{|\{)$/gm) ?? [];

    const ids = REPERTOIRE.map(({ sceneId }) => sceneId);

    expect(written.length).toBe(ids.length);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('knows every scene a company wants somebody for', () => {
    const { casting } = harborAndPine('2026-10-05T06:00:00.000Z' as Instant);
    const ids = new Set(REPERTOIRE.map(({ sceneId }) => sceneId));

    expect(Object.keys(casting.starring).filter((sceneId) => !ids.has(sceneId))).toEqual([]);
  });
});
