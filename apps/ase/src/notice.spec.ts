import { describeReceivedNotices } from '@liaison/testing';
import { ASE } from './service';

/** A child whom an investigating service found: child protection of the département knows who it is, not what is enquired. */
describeReceivedNotices({
  service: ASE,
  agencyId: 'ase-75',
  unit: 'mna',
  purpose: 'protection-of-minors',
  facts: {
    departement: '75',
    birthDate: '2015-06-14',
    protectedIdentity: false,
    protectedAddress: false,
  },
  civilStatus: { declared: { familyName: 'Adeyemi', givenNames: ['Joy'], birthDate: '2015-06-14' } },
  convention: 'police-ase@1',
  shown: {
    civilStatus: { declared: { familyName: 'Adeyemi', givenNames: ['Joy'] } },
    address: { departement: '75' },
  },
  hidden: ['exploitation.account', 'address.line', 'contact.phone', 'assessment.realityOfFacts'],
  name: 'Adeyemi',
});
