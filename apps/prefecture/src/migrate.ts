import { migrateAgency } from '@liaison/casework';
import { PREFECTURE } from './service';

void migrateAgency(PREFECTURE);
