import { startAgencyService } from '@liaison/casework';
import { PARTNER } from './service';

void startAgencyService(PARTNER);
