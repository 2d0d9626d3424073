import { AgencyModule } from '@liaison/casework';
import { Module } from '@nestjs/common';
import { UnreviewedBreakGlassController } from './break-glass/unreviewed-break-glass.controller';
import { ChainController } from './chain/chain.controller';
import { HolesController } from './holes/holes.controller';
import { PairingSweep } from './pairing/pairing.sweep';
import { UnpairedController } from './pairing/unpaired.controller';
import { UnconfirmedPurgeController } from './purges/unconfirmed-purge.controller';
import { AuditRecordedProjection } from './record/audit-recorded.projection';
import { RecordController } from './record/record.controller';
import { StoredRecord } from './record/record.entity';
import { SearchTrail } from './record/search-trail';

@Module({
  imports: [AgencyModule.forRoot({ service: 'audit-log', entities: [StoredRecord] })],
  controllers: [
    RecordController,
    ChainController,
    HolesController,
    UnpairedController,
    UnconfirmedPurgeController,
    UnreviewedBreakGlassController,
    AuditRecordedProjection,
  ],
  providers: [SearchTrail, PairingSweep],
})
export class AppModule {}
