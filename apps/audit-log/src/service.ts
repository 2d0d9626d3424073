import type { AgencyServiceOptions } from '@liaison/casework';
import { AppModule } from './app.module';
import { AuditRecord1790000001000 } from './migrations/1790000001000-audit-record';
import { AuditLogRows1790000001501 } from './migrations/1790000001501-whole-rows';

/** What starts, describes and tests this service. */
export const AUDIT_LOG = {
  service: 'audit-log',
  module: AppModule,
  migrations: [AuditRecord1790000001000, AuditLogRows1790000001501],
  openApi: {
    title: 'Audit log',
    version: '1',
    description:
      'For operators: who disclosed what to whom, when and on what ground, without what was disclosed.',
  },
} satisfies AgencyServiceOptions;
