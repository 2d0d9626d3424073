import { join } from 'node:path';
import type { ServiceSpec } from '@liaison/local-stack';

/** Root of the repository, seen from `src` and from `dist`. */
export const root = join(__dirname, '..', '..', '..');

export const directoryFile = join(root, 'config', 'directory.demo.yaml');

const AGENCIES = { police: 'police-75', prefecture: 'prefecture-75', 'audit-log': 'audit-log' };

/** The services of the demonstration: a process and a database each. */
export const services: readonly ServiceSpec[] = Object.entries(AGENCIES).map(([name, agencyId]) => ({
  name,
  agencyId,
  entry: join(root, 'apps', name, 'dist', 'main.js'),
}));
