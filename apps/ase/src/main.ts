import { startAgencyService } from '@liaison/casework';
import { ASE } from './service';

void startAgencyService(ASE);
