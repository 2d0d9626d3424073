import {
  type AgencyServiceOptions,
  CASEWORK_MIGRATIONS,
  DeskConfig,
  REFERRAL_MIGRATIONS,
} from '@liaison/casework';
import { AppModule } from './app.module';

/** What starts, describes and tests this service. */
export const PARTNER = {
  service: 'partner',
  module: AppModule,
  config: DeskConfig,
  migrations: [...CASEWORK_MIGRATIONS, ...REFERRAL_MIGRATIONS],
  openApi: {
    title: 'Partner',
    version: '1',
    description:
      'Any other agency, such as a parquet: what it is told, as far as its roles may read it, and its acknowledgements. ' +
      'The desk of what is due, search, timelines, who has which case, notes that never leave.',
  },
} satisfies AgencyServiceOptions;
