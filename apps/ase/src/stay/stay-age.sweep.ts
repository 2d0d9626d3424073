import { AGENCY, CLOCK, Sweep } from '@liaison/casework';
import type { Agency, Clock } from '@liaison/kernel';
import { INGEST_DATABASE, LOGGER, type Logger } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, IsNull } from 'typeorm';
import { ageOf } from '../placement-request/known-age';
import { StayRow } from './stay.entity';

const SWEEP_MS = 15_000;
/** Stays that one round looks at. */
const ROUND = 100;

/** A birth date that is established while a child is in a place says from when on that is an adult's (R17). */
@Injectable()
export class StayAgeSweep extends Sweep {
  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(LOGGER) logger: Logger,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(AGENCY) private readonly agency: Agency,
  ) {
    super(logger, SWEEP_MS, 'ages of children in places could not be looked at');
  }

  protected async round(): Promise<void> {
    const changed = await this.database.query<{ id: string; caseId: string }[]>(CHANGED, [ROUND]);
    await this.each(changed, async ({ id, caseId }) => {
      const { ofAgeAt, factsVersion } = await ageOf(
        this.database.manager,
        caseId,
        this.clock.now(),
        this.agency.id,
      );
      await this.database.manager.update(StayRow, { id, endedOn: IsNull() }, { ofAgeAt, factsVersion });
      return [];
    });
  }
}

const CHANGED = `
SELECT s.id, s.case_id AS "caseId" FROM placement.stay s JOIN messaging.cases c ON c.id = s.case_id
 WHERE s.ended_on IS NULL AND s.facts_version <> c.facts_version LIMIT $1`;
