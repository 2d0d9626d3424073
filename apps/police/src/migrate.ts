import { migrateAgency } from '@liaison/casework';
import { POLICE } from './service';

void migrateAgency(POLICE);
