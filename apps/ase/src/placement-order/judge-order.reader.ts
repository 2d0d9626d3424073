import { Acts, AgencyPolicy, CLOCK, newestReceived, readingRecord } from '@liaison/casework';
import { PLACEMENT_ORDERED, type PlacementOrderedV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { waitsTooLongSince } from '@liaison/placement';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { JudgeOrderItem, JudgeOrderView, ListJudgeOrdersQuery } from './judge-order.dto';
import { JudgeOrderRow } from './judge-order.entity';
import { getOrder, heldOrder, noSuchOrder } from './stored-judge-order';

/** What a unit reads of the orders that came. Each reading of one is recorded. */
@Injectable()
export class JudgeOrderReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first; nothing about the children. @throws AppError `cursor-invalid` */
  list(identity: Identity, query: ListJudgeOrdersQuery): Promise<Page<JudgeOrderItem>> {
    const { overdue } = query;
    const since = waitsTooLongSince(this.clock.now());
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestReceived(manager, JudgeOrderRow, identity, query);
      if (overdue !== undefined) {
        list.asked.andWhere(`(it.state = 'received' AND it.receivedAt <= :since) = :overdue`, {
          since,
          overdue,
        });
      }
      return list.page(itemOf);
    });
  }

  /** @throws AppError `order-not-found`: whoever may read nothing of it does not learn that it exists */
  read(identity: Identity, id: string): Promise<JudgeOrderView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getOrder(manager, identity, id);
      const at = this.clock.now();
      const seen = this.policy.read({ ...heldOrder(row), data: row.content }, identity.roles, at);
      if (!seen) throw noSuchOrder();
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: row.purpose,
          reference: row.reference,
          event: PLACEMENT_ORDERED,
          eventId: row.eventId,
          counterpart: row.sender,
          convention: row.convention,
        }),
      ]);
      return {
        ...itemOf(row),
        content: seen.data as Partial<PlacementOrderedV1>,
        withheld: seen.withheld,
        provenance: { agency: row.sender, event: row.eventId, convention: row.convention },
      };
    });
  }
}

export const itemOf = (row: JudgeOrderRow): JudgeOrderItem => ({
  id: row.id,
  sender: row.sender,
  reference: row.reference,
  receivedAt: row.receivedAt.toISOString(),
  departement: row.departement,
  lodging: row.lodging,
  state: row.state,
  version: row.version,
  contradicts: row.contradicts,
  request: row.requestId,
  obeyedAt: row.obeyedAt?.toISOString() ?? null,
  obstacle: row.obstacle,
  answeredAt: row.answeredAt?.toISOString() ?? null,
  liftedOn: row.liftedOn,
});
