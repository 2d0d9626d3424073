import type { Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { INGEST_DATABASE } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { CLOCK } from '../agency/tokens';

/** Requests that one round looks at, of each side. */
const ROUND = 200;

interface Ended {
  readonly agency: string;
  readonly unit: string;
  readonly event: string;
  readonly reference: string;
}

/** What other agencies asked and answered is kept no longer than its convention lets it: that there was one stays. */
@Injectable()
export class UrgentTerms {
  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** Purge and its record are one transaction. @returns lanes to wake */
  purgeDue(): Promise<readonly number[]> {
    const at = this.clock.now();
    return this.database.transaction(async (manager) => {
      const ended: Ended[] = [];
      for (const sql of [ANSWERS, QUESTIONS]) {
        const [rows] = await manager.query<[Ended[], number]>(sql, [at, ROUND]);
        ended.push(...rows);
      }
      if (ended.length === 0) return [];
      await this.audit.append(
        manager,
        ended.map(({ agency, unit, event, reference }) =>
          this.audit.prepare({
            kind: 'purge',
            at: at.toISOString(),
            unit,
            legalBases: [],
            eventId: event,
            counterpart: agency,
            reference,
            reason: 'term-ended',
            fields: [],
          }),
        ),
      );
      return [this.audit.laneId];
    });
  }
}

const ANSWERS = `
UPDATE desk.urgent_asked u SET answer = NULL, withheld = '[]', version = u.version + 1
  FROM (SELECT id FROM desk.urgent_asked WHERE keep_until <= $1 AND answer IS NOT NULL
         ORDER BY keep_until LIMIT $2 FOR UPDATE SKIP LOCKED) due
 WHERE u.id = due.id
RETURNING u.agency, u.unit, u.answer_event AS event, u.id AS reference`;

const QUESTIONS = `
UPDATE desk.urgent_received u SET content = NULL, withheld = '[]', version = u.version + 1
  FROM (SELECT id FROM desk.urgent_received WHERE keep_until <= $1 AND content IS NOT NULL
         ORDER BY keep_until LIMIT $2 FOR UPDATE SKIP LOCKED) due
 WHERE u.id = due.id
RETURNING u.agency, u.unit, u.event_id AS event, u.request AS reference`;
