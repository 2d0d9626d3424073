import { startAgencyService } from '@liaison/casework';
import { PREFECTURE } from './service';

void startAgencyService(PREFECTURE);
