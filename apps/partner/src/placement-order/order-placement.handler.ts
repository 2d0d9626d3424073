import {
  Acts,
  AGENCY,
  AgencyPolicy,
  type CaseFacts,
  Cases,
  CLOCK,
  DIRECTORY,
  factsAt,
  factsOfCase,
  factsOfReferral,
  legalDay,
  newestMade,
  type ReferralProtection,
  StatedMeasures,
} from '@liaison/casework';
import { PLACEMENT_ORDERED, type PlacementOrderedV1 } from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { decideMadeOrder, evolveMadeOrder, waitsTooLongSince } from '@liaison/placement';
import {
  currentCorrelationId,
  type Identity,
  type Page,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { ListMadeOrdersQuery, MadeOrder } from './placement-order.dto';
import { MadeOrderRow } from './placement-order.entity';

/** Of everything about an order, as its convention names it. */
export const ORDER_PURPOSE = 'protection-of-minors';

export interface OrderPlacement {
  readonly caseId: string;
  /** INSEE code. */
  readonly childProtection: string;
  readonly content: PlacementOrderedV1;
  readonly protection: ReferralProtection;
  readonly idempotencyKey: string;
}

/** T1 of an order: it stands here and goes to child protection, or neither. */
@Injectable()
export class OrderPlacementHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly cases: Cases,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
    private readonly measures: StatedMeasures,
  ) {}

  /**
   * Each order is a case of its own in delivery: child protection knows the child by another reference, and learns from the order
   * nothing else of what this agency holds.
   * @throws AppError `case-not-found`, `child-protection-missing`, `day-in-the-future`, `order-for-adult`, or what `runOnce` throws
   */
  order(identity: Identity, { idempotencyKey, ...command }: OrderPlacement) {
    const route = 'POST /v1/placement-orders';
    return this.acts.run(identity, { route, idempotencyKey, request: command }, async (manager) => {
      const { caseId, childProtection, content, protection } = command;
      const { id: found } = await this.cases.get(manager, identity, caseId);
      const at = this.clock.now();
      const agency = this.recipient(childProtection);
      const facts = await this.factsOf(manager, found, content, protection, childProtection);
      this.requireInTime(content, facts, at);
      const followed = await this.measures.follow(manager, identity, found, facts);
      const id = uuidv7();
      const document: PlacementOrderedV1 = { ...content, sentAt: at.toISOString() };
      const { lanes } = await this.outbox.openCase(
        manager,
        { id, unit: identity.unit, facts: { ...facts } },
        {
          type: PLACEMENT_ORDERED,
          document,
          purpose: ORDER_PURPOSE,
          unit: identity.unit,
          agent: identity.pseudonym,
          correlationId: currentCorrelationId(),
          traceparent: currentTraceparent(),
          decidedAt: at,
          recipients: [{ agency }],
        },
      );
      const { orderedBy, orderedOn, until = null, departement = null, lodging = null } = content;
      const { state, version } = evolveMadeOrder(undefined, decideMadeOrder(undefined, { type: 'send' }));
      await manager.insert(MadeOrderRow, {
        ...{ id, caseId, orderedBy, orderedOn, until, departement, lodging },
        unit: identity.unit,
        author: identity.pseudonym,
        sentAt: at,
        agency: agency.id,
        state,
        version,
      });
      const event = { type: PLACEMENT_ORDERED, document, purpose: ORDER_PURPOSE, facts };
      const { decision } = this.policy.preview(event, agency, at);
      return {
        status: 202,
        lanes: [...followed, ...lanes],
        body: {
          ...{ id, state, version, agency: agency.id, sentAt: at.toISOString() },
          allowed: decision.allowed,
          denial: decision.denial?.code ?? null,
        },
      };
    });
  }

  /** Newest first. @throws AppError `cursor-invalid` */
  list(identity: Identity, query: ListMadeOrdersQuery): Promise<Page<MadeOrder>> {
    return serveTransaction(this.database, identity, async (manager) => {
      const list = newestMade(manager, MadeOrderRow, identity, query);
      if (query.overdue !== undefined) {
        const since = waitsTooLongSince(this.clock.now());
        const { overdue } = query;
        list.asked.andWhere(`(it.state = 'sent' AND it.sentAt <= :since) = :overdue`, { since, overdue });
      }
      const rows = await list.rows();
      const states = await manager.query<{ id: string; state: string }[]>(DELIVERIES, [
        rows.map(({ id }) => id),
      ]);
      const told = new Map(states.map(({ id, state }) => [id, state]));
      return list.pageOf(rows, (row) => madeOrderOf(row, told.get(row.id)));
    });
  }

  /** @throws AppError `child-protection-missing` */
  private recipient(departement: string): Agency {
    const [agency] = this.directory.competentAgencies('ase', departement);
    if (agency) return agency;
    throw new AppError(
      'child-protection-missing',
      `The directory names no child protection of the département ${departement}: send the order by another way.`,
    );
  }

  /** What the case says of the person, and what the order does. */
  private async factsOf(
    manager: EntityManager,
    caseId: string,
    { civilStatus, age }: PlacementOrderedV1,
    protection: ReferralProtection,
    departement: string,
  ): Promise<CaseFacts> {
    const { birthDate } = await factsOfCase(manager, caseId);
    const found = { departement, stillThere: false };
    return {
      ...(birthDate !== undefined && { birthDate }),
      ...factsOfReferral({ civilStatus, age, found }, protection),
    };
  }

  /** @throws AppError `day-in-the-future`, `order-for-adult` */
  private requireInTime({ orderedOn }: PlacementOrderedV1, facts: CaseFacts, at: Date): void {
    if (orderedOn > legalDay(at, this.agency.departement)) {
      throw new AppError('day-in-the-future', 'The day of the order has not come yet: correct it.');
    }
    if (factsAt(facts, at, this.agency.id).age?.value !== 'adult') return;
    throw new AppError(
      'order-for-adult',
      'The person is of age: nobody is entrusted to child protection from the eighteenth birthday on; help goes on with their agreement (R17).',
    );
  }
}

/** Not for whom it is. @param delivery how far it has come */
export const madeOrderOf = (
  { unit: _, author: __, liftAuthor: ___, liftedAt: ____, sentAt, until, answeredAt, ...row }: MadeOrderRow,
  delivery?: string,
): MadeOrder => ({
  ...row,
  lastDay: until,
  sentAt: sentAt.toISOString(),
  answeredAt: answeredAt?.toISOString() ?? null,
  delivery: delivery ?? null,
});

const DELIVERIES = `
SELECT DISTINCT ON (case_id) case_id AS id, state FROM messaging.delivery_status
 WHERE case_id = ANY ($1::uuid[]) AND case_version = 1 ORDER BY case_id, at DESC`;
