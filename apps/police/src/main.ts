import { startAgencyService } from '@liaison/casework';
import { POLICE } from './service';

void startAgencyService(POLICE);
