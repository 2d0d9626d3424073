import {
  type AgencyServiceOptions,
  AnswerRevokedFields1790000042990,
  CASEWORK_MIGRATIONS,
  PartnerAnswer1790000042500,
  RECEIVED_NOTICE_MIGRATIONS,
  REFERRAL_MIGRATIONS,
} from '@liaison/casework';
import { AppModule } from './app.module';
import { PartnerConfig } from './config';
import { PlacementOrder1790000045210 } from './migrations/1790000045210-placement-order';
import { Arbitration1790000049000 } from './migrations/1790000049000-arbitration';
import { OrderAnswered1790000058200 } from './migrations/1790000058200-order-answered';

/** What starts, describes and tests this service. */
export const PARTNER = {
  service: 'partner',
  module: AppModule,
  config: PartnerConfig,
  migrations: [
    ...CASEWORK_MIGRATIONS,
    ...REFERRAL_MIGRATIONS,
    ...RECEIVED_NOTICE_MIGRATIONS,
    PartnerAnswer1790000042500,
    AnswerRevokedFields1790000042990,
    PlacementOrder1790000045210,
    Arbitration1790000049000,
    OrderAnswered1790000058200,
  ],
  openApi: {
    title: 'Partner',
    version: '1',
    description:
      'Any other agency, such as a parquet: what it is told, as far as its roles may read it, its acknowledgements and its answers. ' +
      'Conflicts of competence between départements that it is asked to decide. Orders of a judge to place a child. ' +
      'The desk of what is due, search, timelines, who has which case, notes that never leave.',
  },
} satisfies AgencyServiceOptions;
