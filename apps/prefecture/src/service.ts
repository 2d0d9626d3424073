import type { AgencyServiceOptions } from '@liaison/casework';
import { AppModule } from './app.module';
import { PrefectureConfig } from './config';
import { ReceivedNotice1790000001000 } from './migrations/1790000001000-received-notice';
import { PrefectureRows1790000001501 } from './migrations/1790000001501-whole-rows';
import { VoidedNotice1790000005000 } from './migrations/1790000005000-voided-notice';

/** What starts, describes and tests this service. */
export const PREFECTURE = {
  service: 'prefecture',
  module: AppModule,
  config: PrefectureConfig,
  migrations: [ReceivedNotice1790000001000, PrefectureRows1790000001501, VoidedNotice1790000005000],
  openApi: {
    title: 'Préfecture',
    version: '1',
    description: 'The desk’s inbox of notices: read them as far as your role may, acknowledge them.',
  },
} satisfies AgencyServiceOptions;
