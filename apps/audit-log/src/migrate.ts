import { migrateAgency } from '@liaison/casework';
import { AUDIT_LOG } from './service';

void migrateAgency(AUDIT_LOG);
