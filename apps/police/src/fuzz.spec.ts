import { describeFuzz } from '@liaison/testing';
import { POLICE } from './service';

describeFuzz({ service: POLICE, agencyId: 'police-75', unit: 'brp' });
