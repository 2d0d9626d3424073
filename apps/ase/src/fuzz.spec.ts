import { describeFuzz } from '@liaison/testing';
import { ASE } from './service';

describeFuzz({ service: ASE, agencyId: 'ase-75', unit: 'mna' });
