import { join } from 'node:path';
import { demoDirectoryFile, demoServices, type ServiceSpec } from '@liaison/local-stack';

/** Root of the repository, seen from `src` and from `dist`. */
export const root = join(__dirname, '..', '..', '..');

export const directoryFile = demoDirectoryFile(root);

export const services: readonly ServiceSpec[] = demoServices(root);
