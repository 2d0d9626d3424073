import { describeFuzz } from '@liaison/testing';
import { PARTNER } from './service';

/** What police and préfectures do not have: the rest is asked of them, from the same code. */
const PATHS = '^/v1/(received-referrals|answer-choices|competence-arbitrations|cases/[^/]+/answers)';

describeFuzz({ service: PARTNER, agencyId: 'parquet-75', unit: 'mineurs', paths: PATHS });
