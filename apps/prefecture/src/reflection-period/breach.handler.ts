import { Acts, AgencyPolicy, CLOCK, DIRECTORY, ReceivedNotice } from '@liaison/casework';
import {
  type BreachVoidReason,
  REFLECTION_PERIOD_BREACH_VOIDED,
  REFLECTION_PERIOD_BREACHED,
  REFLECTION_PERIOD_RECORD,
  type ReflectionPeriodBreachedV1,
  type ReflectionPeriodBreachVoidedV1,
} from '@liaison/contracts';
import { AppError, type Clock, type Directory } from '@liaison/kernel';
import { Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Day } from '../law/days';
import { OwnRecords, PURPOSE } from '../own-records';
import {
  type Breach,
  decide,
  evolve,
  isBreached,
  type ReflectionPeriod,
  type RemovalMeasure,
} from './reflection-period';
import { ReflectionBreachRow, ReflectionPeriodRow } from './reflection-period.entity';
import { getPeriod, type StoredPeriod } from './stored-period';

export interface ReportBreach {
  readonly id: string;
  readonly measure: RemovalMeasure;
  readonly takenOn: Day;
  readonly idempotencyKey: string;
}

export interface RemedyBreach {
  readonly id: string;
  readonly breach: string;
  /** Default: today. */
  readonly remediedOn?: Day;
  readonly idempotencyKey: string;
}

export interface VoidBreach {
  readonly id: string;
  readonly breach: string;
  readonly reason: BreachVoidReason;
  readonly idempotencyKey: string;
}

/** T1 of a breach: it stands in the register and goes to the investigating service that signalled the person, or neither. */
@Injectable()
export class BreachHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly records: OwnRecords,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError `sender-unknown`, `record-withheld`, or what `getPeriod`, `decide` and `runOnce` throw */
  report(identity: Identity, { id, measure, takenOn, idempotencyKey }: ReportBreach) {
    const route = 'POST /v1/reflection-periods/:id/breaches';
    return this.acts.run(
      identity,
      { route, idempotencyKey, request: { id, measure, takenOn } },
      async (manager) => {
        const stored = await this.period(manager, identity, id);
        const today = this.records.today();
        const event = decide(stored.period, { type: 'report-breach', id: uuidv7(), measure, takenOn, today });
        if (event.type !== 'breached') throw new TypeError('a report is a breach');
        const { breach } = event;
        const reportedAt = this.clock.now();
        await manager.insert(ReflectionBreachRow, {
          id: breach.id,
          periodId: id,
          measure,
          takenOn,
          reportedAt,
          remediedOn: null,
          revision: breach.revision,
        });
        return this.tell(manager, identity, stored, {
          breach,
          reportedAt,
          next: evolve(stored.period, event),
        });
      },
    );
  }

  /** @throws AppError `sender-unknown`, `record-withheld`, or what `getPeriod`, `decide` and `runOnce` throw */
  remedy(identity: Identity, { id, breach: breachId, remediedOn, idempotencyKey }: RemedyBreach) {
    const route = 'POST /v1/reflection-periods/:id/breaches/:breach/remedy';
    return this.acts.run(
      identity,
      { route, idempotencyKey, request: { id, breachId, remediedOn } },
      async (manager) => {
        const stored = await this.period(manager, identity, id);
        const today = this.records.today();
        const on = remediedOn ?? today;
        const event = decide(stored.period, { type: 'remedy', id: breachId, on, today });
        if (event.type !== 'remedied') throw new TypeError('a remedy ends a breach');
        const { breach } = event;
        const reportedAt =
          stored.breaches.find((each) => each.id === breachId)?.reportedAt ?? this.clock.now();
        await manager.update(ReflectionBreachRow, breachId, { remediedOn: on, revision: breach.revision });
        return this.tell(manager, identity, stored, {
          breach,
          reportedAt,
          next: evolve(stored.period, event),
        });
      },
    );
  }

  /** @throws AppError `sender-unknown`, `record-withheld`, or what `getPeriod`, `decide` and `runOnce` throw */
  void(identity: Identity, { id, breach: breachId, reason, idempotencyKey }: VoidBreach) {
    const route = 'POST /v1/reflection-periods/:id/breaches/:breach/void';
    return this.acts.run(
      identity,
      { route, idempotencyKey, request: { id, breachId, reason } },
      async (manager) => {
        const stored = await this.period(manager, identity, id);
        const event = decide(stored.period, { type: 'void-breach', id: breachId, reason });
        if (event.type !== 'breach-voided') throw new TypeError('a void voids');
        const { revision } = event.breach;
        const voidedAt = this.clock.now();
        await manager.update(ReflectionBreachRow, breachId, { voidedAt, voidReason: reason, revision });
        const document: ReflectionPeriodBreachVoidedV1 = {
          breach: breachId,
          revision,
          reason,
          voidedAt: voidedAt.toISOString(),
        };
        const said = { type: REFLECTION_PERIOD_BREACH_VOIDED, document, breach: breachId };
        return this.say(manager, identity, stored, { ...said, next: evolve(stored.period, event) });
      },
    );
  }

  /** Locked. @throws AppError `reflection-period-not-found`, `record-withheld` */
  private async period(manager: EntityManager, identity: Identity, id: string): Promise<StoredPeriod> {
    const stored = await getPeriod(manager, identity, id, 'pessimistic_write');
    this.records.requireReadable(identity, REFLECTION_PERIOD_RECORD);
    return stored;
  }

  private tell(
    manager: EntityManager,
    identity: Identity,
    stored: StoredPeriod,
    { breach, reportedAt, next }: { breach: Breach; reportedAt: Date; next: ReflectionPeriod },
  ) {
    const { row } = stored;
    const document: ReflectionPeriodBreachedV1 = {
      breach: breach.id,
      revision: breach.revision,
      measure: breach.measure,
      takenOn: breach.takenOn,
      periodFrom: row.from,
      periodUntil: row.lastDay,
      article: row.article,
      ...(row.departement && { departement: row.departement }),
      reportedAt: reportedAt.toISOString(),
      ...(breach.remediedOn && { remediedOn: breach.remediedOn }),
    };
    const said = { type: REFLECTION_PERIOD_BREACHED, document, breach: breach.id, next };
    return this.say(manager, identity, stored, said);
  }

  /** To whoever sent the notice: its unit is found there, from the case. */
  private async say(
    manager: EntityManager,
    identity: Identity,
    { row }: StoredPeriod,
    said: { type: string; document: object; breach: string; next: ReflectionPeriod },
  ) {
    const { type, document, next } = said;
    await manager.update(ReflectionPeriodRow, row.id, { version: next.version });
    const notice = await manager.findOneByOrFail(ReceivedNotice, { id: row.noticeId });
    const sender = this.directory.findAgency(notice.sender);
    if (!sender) {
      throw new AppError('sender-unknown', 'The directory no longer knows the sender: tell the operators.');
    }
    const at = this.clock.now();
    const { decision } = this.policy.preview({ type, document, purpose: PURPOSE, facts: {} }, sender, at);
    const recorded = await this.outbox.append(manager, row.caseId, {
      type,
      document,
      purpose: PURPOSE,
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      causationId: notice.eventId,
      decidedAt: at,
      recipients: [{ agency: sender }],
    });
    return {
      status: 202,
      lanes: recorded.lanes,
      body: {
        id: row.id,
        breach: said.breach,
        breached: isBreached(next),
        version: next.version,
        recipient: sender.id,
        eventId: recorded.intents[0]?.eventId ?? null,
        allowed: decision.allowed,
        convention: decision.convention ? `${decision.convention.id}@${decision.convention.version}` : null,
      },
    };
  }
}
