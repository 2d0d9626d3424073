import { AGENCY, CLOCK, Sweep } from '@liaison/casework';
import type { Agency, Clock } from '@liaison/kernel';
import { Dispatcher } from '@liaison/messaging';
import { INGEST_DATABASE, LOGGER, type Logger } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { StayRow } from '../stay/stay.entity';
import { ageOf } from './known-age';
import { Offering } from './offering';
import { RequestRow } from './placement-request.entity';
import { withOffers } from './stored-request';

const SWEEP_MS = 15_000;
/** Requests that one round looks at, of each kind. */
const ROUND = 100;

/**
 * The eighteenth birthday ends the search for a child's place (R17): no act of a person brings it about. Whoever is in a place already is
 * put out of it by nobody: there the stay says so. Each request is a transaction of its own.
 */
@Injectable()
export class RequestAgeSweep extends Sweep {
  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(LOGGER) logger: Logger,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(AGENCY) private readonly agency: Agency,
    private readonly offering: Offering,
    private readonly dispatcher: Dispatcher,
  ) {
    super(logger, SWEEP_MS, 'ages of children for whom a place is looked for could not be looked at');
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
      await this.database.manager.update(RequestRow, id, { ofAgeAt, factsVersion });
      return [];
    });
    const due = await this.database.query<{ id: string }[]>(DUE, [this.clock.now(), ROUND]);
    const lanes = await this.each(due, ({ id }) =>
      this.database.transaction((manager) => this.comeOfAge(manager, id)),
    );
    if (lanes.length > 0) this.dispatcher.wake(lanes);
  }

  private async comeOfAge(manager: EntityManager, id: string): Promise<readonly number[]> {
    const row = await manager.findOneOrFail(RequestRow, {
      where: { id },
      lock: { mode: 'for_no_key_update' },
    });
    // Somebody may have withdrawn it, or recorded that the child is there, since it was looked for.
    const over = row.state === 'withdrawn' || row.cameOfAgeAt !== null;
    if (over || (await manager.existsBy(StayRow, { requestId: id, endedOn: IsNull() }))) return [];
    return this.offering.comeOfAge(manager, await withOffers(manager, row));
  }
}

const CHANGED = `
SELECT r.id, r.case_id AS "caseId" FROM placement.request r JOIN messaging.cases c ON c.id = r.case_id
 WHERE r.state <> 'withdrawn' AND r.came_of_age_at IS NULL AND r.facts_version <> c.facts_version LIMIT $1`;

const DUE = `
SELECT r.id FROM placement.request r
 WHERE r.state <> 'withdrawn' AND r.came_of_age_at IS NULL AND r.of_age_at <= $1
   AND NOT EXISTS (SELECT FROM placement.stay s WHERE s.request_id = r.id AND s.ended_on IS NULL)
 ORDER BY r.of_age_at LIMIT $2`;
