// Copies of the example configuration with something changed.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { temporaryFolder } from './temporary-folder.ts';

const CONFIG = join(import.meta.dirname, '..', '..', 'config');

/** A changed key, by its path. `undefined` removes it. */
export type Change = readonly [path: readonly (string | number)[], value: unknown];

/** A folder with the example configuration, changed. */
export function exampleWith(changes: readonly Change[] = [], file = 'example.yaml'): string {
  const folder = temporaryFolder('config');
  cpSync(join(CONFIG, 'example'), join(folder, 'example'), { recursive: true });
  for (const name of ['example.yaml', 'example.witness.yaml']) cpSync(join(CONFIG, name), join(folder, name));
  const document = parseDocument(readFileSync(join(folder, file), 'utf8'));
  for (const [path, value] of changes) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  writeFileSync(join(folder, file), document.toString());
  return folder;
}
