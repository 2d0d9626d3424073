import { describeReceivedNotices } from '@liaison/testing';
import { ASSOCIATION } from './service';

/** An adult who agreed to be sent to an association, which knows of no name before it takes them in charge (R30). */
describeReceivedNotices({
  service: ASSOCIATION,
  agencyId: 'asso-refuge',
  unit: 'maraude',
  env: { DEFAULT_UNIT: 'foyer' },
  contact: 'maraude',
  purpose: 'orientation-of-adults',
  facts: {
    departement: '75',
    birthDate: '2001-06-14',
    protectedIdentity: false,
    protectedAddress: false,
    namedContact: ['asso-refuge'],
    consents: [{ to: 'association', purpose: 'orientation-of-adults', value: 'given' }],
  },
  civilStatus: {
    declared: { familyName: 'Adeyemi', givenNames: ['Joy'], birthDate: '2001-06-14' },
    languages: ['en'],
  },
  convention: 'police-association@1',
  shown: { civilStatus: { languages: ['en'] }, exploitation: { forms: ['procuring'] } },
  hidden: ['civilStatus.declared.familyName', 'exploitation.account', 'address.line', 'vulnerability.health'],
});
