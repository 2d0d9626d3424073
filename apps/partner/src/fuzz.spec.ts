import { describeFuzz } from '@liaison/testing';
import { PARTNER } from './service';

describeFuzz({ service: PARTNER, agencyId: 'parquet-75', unit: 'mineurs' });
