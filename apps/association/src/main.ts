import { startAgencyService } from '@liaison/casework';
import { ASSOCIATION } from './service';

void startAgencyService(ASSOCIATION);
