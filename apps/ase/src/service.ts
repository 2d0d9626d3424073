import {
  type AgencyServiceOptions,
  CASEWORK_MIGRATIONS,
  DeskConfig,
  REFERRAL_MIGRATIONS,
} from '@liaison/casework';
import { AppModule } from './app.module';
import { DeclaredPlace1790000043010 } from './migrations/1790000043010-declared-place';

/** What starts, describes and tests this service. */
export const ASE = {
  service: 'ase',
  module: AppModule,
  kinds: ['ase'],
  config: DeskConfig,
  migrations: [...CASEWORK_MIGRATIONS, ...REFERRAL_MIGRATIONS, DeclaredPlace1790000043010],
  openApi: {
    title: 'Child protection (ASE)',
    version: '1',
    description:
      'Referrals of children in danger: read them as far as your role may, take note of them. ' +
      'Places that shelters have declared. ' +
      'The desk of what is due, search, timelines, who has which case, notes that never leave.',
  },
} satisfies AgencyServiceOptions;
