import { migrateAgency } from '@liaison/casework';
import { PARTNER } from './service';

void migrateAgency(PARTNER);
