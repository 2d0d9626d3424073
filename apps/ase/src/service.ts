import {
  type AgencyServiceOptions,
  CASEWORK_MIGRATIONS,
  DeskConfig,
  Referral1790000038500,
} from '@liaison/casework';
import { AppModule } from './app.module';

/** What starts, describes and tests this service. */
export const ASE = {
  service: 'ase',
  module: AppModule,
  kinds: ['ase'],
  config: DeskConfig,
  migrations: [...CASEWORK_MIGRATIONS, Referral1790000038500],
  openApi: {
    title: 'Child protection (ASE)',
    version: '1',
    description:
      'Referrals of children in danger: read them as far as your role may, take note of them. ' +
      'The desk of what is due, search, timelines, who has which case, notes that never leave.',
  },
} satisfies AgencyServiceOptions;
