import { join } from 'node:path';
import type { ServiceSpec } from './stack-service';

interface DemoService {
  readonly name: string;
  readonly agencyId: string;
  /** What runs, where it is not called as the service is. */
  readonly app?: string;
  /** Unit that sees what its sender addresses to none, where it is not the one of the setting's default. */
  readonly defaultUnit?: string;
}

const LINE: readonly DemoService[] = [
  { name: 'police', agencyId: 'police-75' },
  { name: 'prefecture', agencyId: 'prefecture-75' },
  { name: 'audit-log', agencyId: 'audit-log' },
];

const AROUND_PEOPLE: readonly DemoService[] = [
  { name: 'association', agencyId: 'asso-refuge', defaultUnit: 'maraude' },
  { name: 'ase', agencyId: 'ase-75', defaultUnit: 'mna' },
  { name: 'ase-13', agencyId: 'ase-13', app: 'ase', defaultUnit: 'mna' },
  { name: 'partner', agencyId: 'parquet-75', defaultUnit: 'mineurs' },
];

/** Where a notice crosses from the police to the préfecture, and the log. @param root of the repository */
export const lineServices = (root: string): ServiceSpec[] => LINE.map((it) => specOf(root, it));

/** The services of the demonstration: a process and a database each. @param root of the repository */
export const demoServices = (root: string): ServiceSpec[] =>
  [...LINE, ...AROUND_PEOPLE].map((it) => specOf(root, it));

const specOf = (root: string, { name, agencyId, app = name, defaultUnit }: DemoService): ServiceSpec => ({
  name,
  agencyId,
  entry: join(root, 'dist', `${app}.js`),
  ...(defaultUnit !== undefined && { env: { DEFAULT_UNIT: defaultUnit } }),
});

/** The directory that names their agencies. @param root of the repository */
export function demoDirectoryFile(root: string): string {
  return join(root, 'config', 'directory.demo.yaml');
}
