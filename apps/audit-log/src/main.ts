import { startAgencyService } from '@liaison/casework';
import { AUDIT_LOG } from './service';

void startAgencyService(AUDIT_LOG);
