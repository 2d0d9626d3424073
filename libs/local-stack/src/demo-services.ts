import { join } from 'node:path';
import type { ServiceSpec } from './stack-service';

const AGENCIES = {
  police: 'police-75',
  prefecture: 'prefecture-75',
  association: 'asso-refuge',
  ase: 'ase-75',
  partner: 'parquet-75',
  'audit-log': 'audit-log',
};
/** Units that see what its sender addresses to none, where it is not the one of the setting's default. */
const DEFAULT_UNITS: Readonly<Record<string, string>> = {
  association: 'maraude',
  ase: 'mna',
  partner: 'mineurs',
};

/** The services of the demonstration: a process and a database each. @param root of the repository */
export function demoServices(root: string): ServiceSpec[] {
  return Object.entries(AGENCIES).map(([name, agencyId]) => ({
    name,
    agencyId,
    entry: join(root, 'apps', name, 'dist', 'main.js'),
    ...(DEFAULT_UNITS[name] && { env: { DEFAULT_UNIT: DEFAULT_UNITS[name] } }),
  }));
}

/** The directory that names their agencies. @param root of the repository */
export function demoDirectoryFile(root: string): string {
  return join(root, 'config', 'directory.demo.yaml');
}
