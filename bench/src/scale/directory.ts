import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { demoDirectoryFile } from '@liaison/local-stack';
import { root } from '../environment';

/** Agencies beside those of the demonstration: an inbox each, and no service. */
export const inboxOnly = (index: number): string => `prefecture-scale-${index}`;

/** The demonstration's directory, with so many more préfectures. @returns the file */
export function directoryWith(more: number): string {
  const { agencies } = parse(readFileSync(demoDirectoryFile(root), 'utf8')) as { agencies: object[] };
  const added = Array.from({ length: more }, (_, index) => ({
    id: inboxOnly(index),
    kind: 'prefecture',
    name: `Préfecture ${index}`,
    departement: '75',
    competentFor: ['75'],
    units: [{ id: 'desk', name: 'Guichet' }],
    inboxPartitions: 3,
  }));
  const folder = join(root, '.liaison', 'bench-directories');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${more}.yaml`);
  writeFileSync(file, stringify({ agencies: [...agencies, ...added] }));
  return file;
}
