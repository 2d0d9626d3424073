import { describeReceivedNotices } from '@liaison/testing';
import { PARTNER } from './service';

/** The parquet takes part in the procedure: it reads the account that nobody else does. */
describeReceivedNotices({
  service: PARTNER,
  agencyId: 'parquet-75',
  unit: 'mineurs',
  purpose: 'prosecution-of-traffickers',
  facts: {
    departement: '75',
    birthDate: '2001-06-14',
    protectedIdentity: false,
    protectedAddress: false,
  },
  civilStatus: { declared: { familyName: 'Adeyemi', givenNames: ['Joy'], birthDate: '2001-06-14' } },
  convention: 'police-justice@1',
  shown: { exploitation: { account: expect.stringContaining('station') as string } },
  hidden: ['vulnerability.health'],
  name: 'Adeyemi',
});
