import {
  type AgencyServiceOptions,
  CASEWORK_MIGRATIONS,
  DeskConfig,
  FLIGHT_MIGRATIONS,
  Operation1790000043500,
  OrientationAsked1790000046000,
  RECEIVED_NOTICE_MIGRATIONS,
  REFERRAL_MIGRATIONS,
} from '@liaison/casework';
import { AppModule } from './app.module';
import { Competence1790000044000 } from './migrations/1790000044000-competence';
import { DeclaredPlace1790000043010 } from './migrations/1790000043010-declared-place';
import { PlacementRequest1790000043030 } from './migrations/1790000043030-placement-request';
import { JudgeOrder1790000045200 } from './migrations/1790000045200-judge-order';
import { OrderAnswered1790000058100 } from './migrations/1790000058100-order-answered';
import { OrderSearched1790000065000 } from './migrations/1790000065000-order-searched';
import { RequestOfAge1790000062000 } from './migrations/1790000062000-request-of-age';
import { Stay1790000045100 } from './migrations/1790000045100-stay';

/** What starts, describes and tests this service. */
export const ASE = {
  service: 'ase',
  module: AppModule,
  kinds: ['ase'],
  config: DeskConfig,
  migrations: [
    ...CASEWORK_MIGRATIONS,
    ...REFERRAL_MIGRATIONS,
    ...RECEIVED_NOTICE_MIGRATIONS,
    DeclaredPlace1790000043010,
    PlacementRequest1790000043030,
    Operation1790000043500,
    Competence1790000044000,
    ...FLIGHT_MIGRATIONS,
    Stay1790000045100,
    JudgeOrder1790000045200,
    OrientationAsked1790000046000,
    OrderAnswered1790000058100,
    RequestOfAge1790000062000,
    OrderSearched1790000065000,
  ],
  openApi: {
    title: 'Child protection (ASE)',
    version: '1',
    description:
      'Referrals of children in danger: read them as far as your role may, take note of them. Notices of investigating services, as far as conventions let them pass. Provisional shelter; which ' +
      'département is competent: claimed, answered, taken to whoever decides, handed over with the file. ' +
      'Places that shelters have declared; placement requests, which place fits and why, offers to shelters; stays, how long they last and what the family takes part in; orders of judges. ' +
      'Flights: report that a child is gone, learn of it, say that it is found. ' +
      'Whoever has come of age and agrees: ask the coordination of adults (Ac.Sé) for a place. ' +
      'The desk of what is due, search, timelines, who has which case, notes that never leave.',
  },
} satisfies AgencyServiceOptions;
