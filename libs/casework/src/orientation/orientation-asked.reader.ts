import { ORIENTATION_REQUESTED, type OrientationRequestedV1 } from '@liaison/contracts';
import type { Clock, Directory } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Acts } from '../acts';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { endOfConsent } from '../consent/consents-of-case';
import { AgencyPolicy } from '../policy/agency-policy';
import { readingRecord } from '../policy/act-records';
import { newestMade } from '../query/newest-first';
import { noSuchOrientation, ORIENTATION_PURPOSE } from './orientation';
import type { AskedOrientationItem, AskedOrientationView, ListAskedQuery } from './orientation-asked.dto';
import { AskedOrientationRow } from './orientation-asked.entity';
import { askedDocument, getAsked } from './stored-orientation';

/** What a unit reads of its requests for orientation. Each reading of what one says is recorded. */
@Injectable()
export class AskedOrientationReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first; nothing about the persons. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListAskedQuery): Promise<Page<AskedOrientationItem>> {
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestMade(manager, AskedOrientationRow, identity, query);
      return list.page(itemOf);
    });
  }

  /** @throws AppError `orientation-not-found` */
  read(identity: Identity, id: string): Promise<AskedOrientationView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getAsked(manager, identity, id);
      const { document, facts } = await askedDocument(manager, id);
      const at = this.clock.now();
      const own = { type: ORIENTATION_REQUESTED, purpose: ORIENTATION_PURPOSE, facts, data: document };
      const seen = this.policy.read(own, identity.roles, at);
      if (!seen) throw noSuchOrientation();
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: ORIENTATION_PURPOSE,
          reference: id,
          event: ORIENTATION_REQUESTED,
        }),
      ]);
      const kind = this.directory.findAgency(row.coordination)?.kind ?? 'association';
      // The person may have said it at their case, and not of this request.
      const endedOn = await endOfConsent(
        manager,
        { unit: identity.unit, caseId: row.originCase ?? id },
        { to: kind, purpose: ORIENTATION_PURPOSE },
      );
      return {
        ...itemOf(row),
        content: seen.data as Partial<OrientationRequestedV1>,
        withheld: seen.withheld,
        consents: row.consents.map((each) => (endedOn ? { withdrawnOn: endedOn, ...each } : each)),
      };
    });
  }
}

const itemOf = (row: AskedOrientationRow): AskedOrientationItem => ({
  id: row.id,
  caseId: row.originCase,
  coordination: row.coordination,
  askedAt: row.askedAt.toISOString(),
  step: row.step,
  outcome: row.outcome,
  answeredAt: row.answeredAt?.toISOString() ?? null,
  state: row.state,
  version: row.version,
});
