import { migrateAgency } from '@liaison/casework';
import { ASSOCIATION } from './service';

void migrateAgency(ASSOCIATION);
