import { join } from 'node:path';
import type { ServiceSpec } from './stack-service';

const AGENCIES = { police: 'police-75', prefecture: 'prefecture-75', 'audit-log': 'audit-log' };

/** The services of the demonstration: a process and a database each. @param root of the repository */
export function demoServices(root: string): ServiceSpec[] {
  return Object.entries(AGENCIES).map(([name, agencyId]) => ({
    name,
    agencyId,
    entry: join(root, 'apps', name, 'dist', 'main.js'),
  }));
}

/** The directory that names their agencies. @param root of the repository */
export function demoDirectoryFile(root: string): string {
  return join(root, 'config', 'directory.demo.yaml');
}
