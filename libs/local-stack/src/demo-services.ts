import { join } from 'node:path';
import type { ServiceSpec } from './stack-service';

const LINE = { police: 'police-75', prefecture: 'prefecture-75', 'audit-log': 'audit-log' };
const AROUND_CHILDREN = { association: 'asso-refuge', ase: 'ase-75', partner: 'parquet-75' };
/** Units that see what its sender addresses to none, where it is not the one of the setting's default. */
const DEFAULT_UNITS: Readonly<Record<string, string>> = {
  association: 'maraude',
  ase: 'mna',
  partner: 'mineurs',
};

/** The services of the demonstration: a process and a database each. @param root of the repository */
export const demoServices = (root: string): ServiceSpec[] => specsOf(root, LINE);

/** Those that referrals of children pass through, beside the demonstration's. @param root of the repository */
export const childServices = (root: string): ServiceSpec[] => specsOf(root, AROUND_CHILDREN);

const specsOf = (root: string, agencies: Readonly<Record<string, string>>): ServiceSpec[] =>
  Object.entries(agencies).map(([name, agencyId]) => ({
    name,
    agencyId,
    entry: join(root, 'dist', `${name}.js`),
    ...(DEFAULT_UNITS[name] && { env: { DEFAULT_UNIT: DEFAULT_UNITS[name] } }),
  }));

/** The directory that names their agencies. @param root of the repository */
export function demoDirectoryFile(root: string): string {
  return join(root, 'config', 'directory.demo.yaml');
}
