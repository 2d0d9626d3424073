import {
  type AgencyServiceOptions,
  CASEWORK_MIGRATIONS,
  DeskConfig,
  REFERRAL_MIGRATIONS,
} from '@liaison/casework';
import { AppModule } from './app.module';

/** What starts, describes and tests this service. */
export const ASSOCIATION = {
  service: 'association',
  module: AppModule,
  kinds: ['association'],
  config: DeskConfig,
  migrations: [...CASEWORK_MIGRATIONS, ...REFERRAL_MIGRATIONS],
  openApi: {
    title: 'Association',
    version: '1',
    description:
      'Referrals of children in danger: make them, follow them until child protection has taken note. ' +
      'The desk of what is due, search, timelines, who has which case, notes that never leave.',
  },
} satisfies AgencyServiceOptions;
