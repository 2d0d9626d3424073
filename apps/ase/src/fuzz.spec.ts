import { describeFuzz } from '@liaison/testing';
import { ASE } from './service';

/** What police and préfectures do not have: the rest is asked of them, from the same code. */
const PATHS = '^/v1/received-referrals';

describeFuzz({ service: ASE, agencyId: 'ase-75', unit: 'mna', paths: PATHS });
