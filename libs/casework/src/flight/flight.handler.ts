import type { FlightReportedV1 } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import { decideFlight, evolveFlight } from '@liaison/placement';
import { type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import type { CaseFacts } from '../policy/case-facts';
import { flightOf, majorityOf, requireReportable } from './flight';
import { causeOf } from './flight-cause';
import { FlightRow } from './flight.entity';
import { type FlightSubject, FlightSubjects } from './flight-subjects';
import { FlightTelling } from './flight-telling';
import { getFlight } from './stored-flight';

export interface OfFlight {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

export interface GoneChild {
  readonly subject: string;
  readonly idempotencyKey: string;
}

/** T1 of what somebody does about a child who is gone: it stands here and everybody is told, or nothing. */
@Injectable()
export class FlightHandler {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly subjects: FlightSubjects,
    private readonly telling: FlightTelling,
    private readonly acts: Acts,
  ) {}

  /** Nobody is told yet: it is to be reported within the hour. @throws AppError what `decideFlight` and `runOnce` throw */
  notice(identity: Identity, { subject: of, idempotencyKey }: GoneChild, noticedAt: Date | undefined) {
    const route = 'POST /v1/flights/notice';
    const request = { of, noticedAt: noticedAt?.toISOString() };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const subject = await this.subjects.get(manager, identity, of);
      const now = this.clock.now();
      const at = noticedAt ?? now;
      if (at > now) throw new AppError('time-in-the-future', 'That time has not come yet: correct it.');
      const running = await runningOf(manager, of);
      const majorAt = majorityOf(subject.facts, at);
      const event = decideFlight(running && flightOf(running), {
        type: 'notice',
        at,
        ...(majorAt && { majorAt }),
      });
      const flight = evolveFlight(undefined, event);
      const id = uuidv7();
      await manager.insert(FlightRow, {
        ...rowOf(identity, of, subject),
        id,
        noticedAt: flight.noticedAt,
        ofAgeAt: majorAt ?? null,
        state: flight.state,
        version: flight.version,
      });
      return { status: 201, body: { id, state: flight.state, version: flight.version } };
    });
  }

  /**
   * One call is enough, whether or not somebody had noticed it before.
   * @throws AppError what `requireReportable`, `decideFlight`, `FlightTelling.report` and `runOnce` throw
   */
  report(identity: Identity, { subject: of, idempotencyKey }: GoneChild, content: FlightReportedV1) {
    const route = 'POST /v1/flights';
    return this.acts.run(identity, { route, idempotencyKey, request: { of, content } }, async (manager) => {
      const found = await this.subjects.get(manager, identity, of);
      const subject = { ...found, facts: withBirthDate(found.facts, content) };
      const at = this.clock.now();
      requireReportable(content, at, subject.secrets);
      const running = await runningOf(manager, of);
      const before = running && flightOf(running);
      const noticedAt = new Date(content.noticedAt);
      const majorAt = majorityOf(subject.facts, noticedAt);
      const event = decideFlight(before, { type: 'report', noticedAt, at, ...(majorAt && { majorAt }) });
      const flight = evolveFlight(before, event);
      const id = running?.id ?? uuidv7();
      const unit = running?.unit ?? identity.unit;
      const document = { ...content, noticedAt: flight.noticedAt.toISOString() };
      const cause = causeOf(identity, at);
      const { lanes, told, policeMissing } = await this.telling.report(
        manager,
        { id, unit },
        subject,
        document,
        cause,
      );
      await manager.save(FlightRow, {
        ...(running ?? rowOf(identity, of, subject)),
        id,
        departement: content.lastSeen.departement,
        noticedAt: flight.noticedAt,
        reportedAt: flight.reportedAt ?? at,
        ofAgeAt: majorAt ?? null,
        policeMissing,
        placeKnown: flight.placeKnown || (content.placeKnown ?? false),
        state: flight.state,
        version: flight.version,
      });
      return {
        status: 202,
        lanes,
        body: {
          id,
          state: flight.state,
          version: flight.version,
          policeMissing,
          told: told.map((each) => ({ ...each })),
        },
      };
    });
  }

  /** @throws AppError `flight-not-found`, `precondition-*`, what `decideFlight` and `runOnce` throw */
  end(
    identity: Identity,
    { id, ifMatch, idempotencyKey }: OfFlight,
    { outcome, at: when }: { readonly outcome: 'found' | 'back' | 'voided'; readonly at: Date | undefined },
  ) {
    const route = 'POST /v1/flights/:id/end';
    const request = { id, outcome, when: when?.toISOString() };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const row = await getFlight(manager, identity, id, 'pessimistic_write');
      requireIfMatch(ifMatch, row.version);
      const now = this.clock.now();
      const at = when ?? now;
      if (at > now) throw new AppError('time-in-the-future', 'That time has not come yet: correct it.');
      const event = decideFlight(
        flightOf(row),
        outcome === 'voided' ? { type: 'void' } : { type: ACTS[outcome], at },
      );
      if (event.type !== 'ended' && event.type !== 'voided') throw new TypeError('an end ends');
      const { next, lanes } = await this.telling.end(manager, row, event, causeOf(identity, now));
      return { status: 202, lanes, body: { id, state: next.state, version: next.version } };
    });
  }
}

const ACTS = { found: 'find', back: 'return' } as const;

const rowOf = (identity: Identity, of: string, { caseId }: FlightSubject) => ({
  subject: of,
  caseId,
  unit: identity.unit,
  author: identity.pseudonym,
  policeMissing: false,
  placeKnown: false,
});

const runningOf = (manager: EntityManager, subject: string): Promise<FlightRow | undefined> =>
  manager
    .createQueryBuilder(FlightRow, 'k')
    .setLock('pessimistic_write')
    .where(`k.subject = :subject AND k.state IN ('noticed', 'reported')`, { subject })
    .getOne()
    .then((row) => row ?? undefined);

/** What is known of the child's age where it is sheltered, unless child protection has established more. */
function withBirthDate(facts: CaseFacts, { civilStatus }: FlightReportedV1): CaseFacts {
  const birthDate = facts.birthDate ?? civilStatus?.declared?.birthDate;
  return { ...facts, ...(birthDate !== undefined && { birthDate }) };
}
