import { describeFuzz } from '@liaison/testing';
import { ASSOCIATION } from './service';

describeFuzz({ service: ASSOCIATION, agencyId: 'asso-refuge', unit: 'maraude' });
