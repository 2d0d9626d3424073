import { describeFuzz } from '@liaison/testing';
import { ASSOCIATION } from './service';

/** What police and préfectures do not have: the rest is asked of them, from the same code. */
const PATHS = '^/v1/(referrals|partner-answers|places)';

describeFuzz({ service: ASSOCIATION, agencyId: 'asso-refuge', unit: 'maraude', paths: PATHS });
