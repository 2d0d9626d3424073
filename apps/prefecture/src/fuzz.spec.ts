import { describeFuzz } from '@liaison/testing';
import { PREFECTURE } from './service';

describeFuzz({ service: PREFECTURE, agencyId: 'prefecture-75', unit: 'desk' });
