import { migrateAgency } from '@liaison/casework';
import { ASE } from './service';

void migrateAgency(ASE);
