import type { AgencyServiceOptions } from '@liaison/casework';
import { AUDIT_LOG_KIND } from '@liaison/contracts';
import { AppModule } from './app.module';
import { AuditLogConfig } from './config';
import { AuditRecord1790000001000 } from './migrations/1790000001000-audit-record';
import { AuditLogRows1790000001501 } from './migrations/1790000001501-whole-rows';
import { Pairing1790000006000 } from './migrations/1790000006000-pairing';
import { BreakGlassRecords1790000034500 } from './migrations/1790000034500-break-glass';
import { Purges1790000033300 } from './migrations/1790000033300-purges';
import { Renumbering1790000040000 } from './migrations/1790000040000-renumbering';

/** What starts, describes and tests this service. */
export const AUDIT_LOG = {
  service: 'audit-log',
  module: AppModule,
  kinds: [AUDIT_LOG_KIND],
  config: AuditLogConfig,
  migrations: [
    AuditRecord1790000001000,
    AuditLogRows1790000001501,
    Pairing1790000006000,
    Purges1790000033300,
    BreakGlassRecords1790000034500,
    Renumbering1790000040000,
  ],
  openApi: {
    title: 'Audit log',
    version: '1',
    description:
      'For operators: who disclosed what to whom, when and on what ground, without what was disclosed.',
  },
} satisfies AgencyServiceOptions;
