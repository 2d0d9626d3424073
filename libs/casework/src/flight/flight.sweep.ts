import { FLIGHT_FOUND, type FlightFoundV1, type FlightReportedV1 } from '@liaison/contracts';
import type { Clock, Directory } from '@liaison/kernel';
import { Dispatcher, Outbox } from '@liaison/messaging';
import { decideFlight, evolveFlight, type FlightCommand } from '@liaison/placement';
import { INGEST_DATABASE, LOGGER, type Logger } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type DataSource, type EntityManager, In } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { Sweep } from '../sweep';
import { FLIGHT_PURPOSE, flightOf, passedOnTo } from './flight';
import type { FlightCause } from './flight-cause';
import { FlightRow, ReceivedFlightRow } from './flight.entity';
import { FlightSubjects } from './flight-subjects';
import { FlightTelling } from './flight-telling';

const SWEEP_MS = 5000;
/** Flights that one round looks at, of each kind. */
const ROUND = 100;

/**
 * What follows of a flight without anybody's act: it is overdue; whoever is gone comes of age (R17); child protection passes on what a
 * shelter reported to whoever follows the child, and how it ended, both ways. Each is a transaction of its own and looks again under
 * the row's lock: a round that is killed is taken up by the next, and nobody is told twice.
 */
@Injectable()
export class FlightSweep extends Sweep {
  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(LOGGER) logger: Logger,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly subjects: FlightSubjects,
    private readonly telling: FlightTelling,
    private readonly outbox: Outbox,
    private readonly dispatcher: Dispatcher,
  ) {
    super(logger, SWEEP_MS, 'flights could not be looked at');
  }

  protected async round(): Promise<void> {
    const at = this.clock.now();
    await this.due(UNREPORTED, at, (manager, id) => this.overdue(manager, id, at));
    await this.due(OF_AGE, at, (manager, id) =>
      this.end(manager, id, ({ ofAgeAt }) => ofAgeAt && { type: 'turn-adult', at, majorAt: ofAgeAt }),
    );
    await this.due(TO_PASS_ON, at, (manager, id) => this.passOn(manager, id, at));
    await this.due(ENDED_BY_SHELTER, at, (manager, id) => this.endAsShelter(manager, id));
    await this.due(FOUND_BY_FOLLOWERS, at, (manager, id) => this.sayFound(manager, id, at));
  }

  private async due(
    due: string,
    at: Date,
    work: (manager: EntityManager, id: string) => Promise<readonly number[]>,
  ): Promise<void> {
    const rows = await this.database.query<{ id: string }[]>(due, [at, ROUND]);
    const lanes = await this.each(rows, ({ id }) =>
      this.database.transaction((manager) => work(manager, id)),
    );
    if (lanes.length > 0) this.dispatcher.wake(lanes);
  }

  private cause(): FlightCause {
    return { correlationId: randomUUID(), decidedAt: this.clock.now() };
  }

  private async overdue(manager: EntityManager, id: string, at: Date): Promise<readonly number[]> {
    const row = await lockFlight(manager, id);
    if (row?.state !== 'noticed' || row.overdueToldAt !== null) return [];
    await manager.update(FlightRow, id, { overdueToldAt: at, version: row.version + 1 });
    const subject = await this.subjects.find(manager, row.subject);
    return subject ? this.telling.overdue(manager, row, subject, this.cause()) : [];
  }

  private async end(
    manager: EntityManager,
    id: string,
    commandOf: (row: FlightRow) => FlightCommand | null,
  ): Promise<readonly number[]> {
    const row = await lockFlight(manager, id);
    if (row?.state !== 'noticed' && row?.state !== 'reported') return [];
    const command = commandOf(row);
    const event = command && decideFlight(flightOf(row), command);
    if (event?.type !== 'ended' && event?.type !== 'voided') return [];
    return (await this.telling.end(manager, row, event, this.cause())).lanes;
  }

  /** That the child is gone, since when and where it was seen: what the shelter wrote stays with child protection (R04, R21). */
  private async passOn(manager: EntityManager, id: string, at: Date): Promise<readonly number[]> {
    const row = await lockReceived(manager, id);
    if (row?.state !== 'gone' || row.passedOnAt !== null) return [];
    await manager.update(ReceivedFlightRow, id, { passedOnAt: at });
    const subject = row.caseId === null ? undefined : await this.subjects.find(manager, row.caseId);
    const { departement, noticedAt } = row;
    if (!subject || row.caseId === null || departement === null || noticedAt === null) return [];
    const running = await manager.findOneBy(FlightRow, {
      subject: row.caseId,
      state: In(['noticed', 'reported']),
    });
    const tell = passedOnTo(row, running ?? undefined, subject.tell).flatMap(({ agency, duty }) =>
      duty === 'search' ? [] : [{ agency, duty }],
    );
    if (tell.length === 0) return [];
    const before = running ? flightOf(running) : undefined;
    const flight = evolveFlight(before, decideFlight(before, { type: 'report', noticedAt, at }));
    const document: FlightReportedV1 = {
      noticedAt: flight.noticedAt.toISOString(),
      lastSeen: { departement, at: row.content.lastSeen?.at ?? noticedAt.toISOString() },
    };
    const passed = {
      subject: row.caseId,
      caseId: row.caseId,
      unit: row.unit,
      author: null,
      policeMissing: false,
      overdueToldAt: null,
      ofAgeAt: null,
      ...running,
      id: running?.id ?? uuidv7(),
      origin: id,
      departement,
      noticedAt: flight.noticedAt,
      reportedAt: at,
      placeKnown: row.content.placeKnown ?? false,
      state: flight.state,
      version: flight.version,
    };
    await manager.save(FlightRow, passed);
    return (await this.telling.tellKnown(manager, passed, { ...subject, tell }, document, this.cause()))
      .lanes;
  }

  /** As the shelter says that it ended, whether this agency passed it on or had reported the child itself. */
  private async endAsShelter(manager: EntityManager, id: string): Promise<readonly number[]> {
    const [found] = await manager.query<{ id: string }[]>(HOW_IT_ENDED, [id]);
    const ended = found && (await manager.findOneBy(ReceivedFlightRow, { id: found.id }));
    if (!ended) return [];
    const at = ended.endedAt ?? this.clock.now();
    return this.end(manager, id, ({ noticedAt, state }) => {
      if (ended.state === 'voided') return { type: 'void' };
      if (ended.state === 'adult') return { type: 'turn-adult', at, majorAt: at };
      return { type: state === 'reported' ? 'find' : 'return', at: at < noticedAt ? noticedAt : at };
    });
  }

  private async sayFound(manager: EntityManager, id: string, at: Date): Promise<readonly number[]> {
    const row = await lockReceived(manager, id);
    if (row?.state !== 'gone' || row.foundSaidAt !== null) return [];
    const sender = this.directory.findAgency(row.sender);
    const passed = await manager.findOneBy(FlightRow, { origin: id });
    if (!sender || !passed) return [];
    await manager.update(ReceivedFlightRow, id, { foundSaidAt: at, version: row.version + 1 });
    const document: FlightFoundV1 = { flight: row.flight, foundAt: (passed.endedAt ?? at).toISOString() };
    const { lanes } = await this.outbox.append(manager, row.deliveredCase, {
      ...this.cause(),
      type: FLIGHT_FOUND,
      document,
      purpose: FLIGHT_PURPOSE,
      unit: row.unit,
      recipients: [{ agency: sender }],
    });
    return lanes;
  }
}

const lockFlight = (manager: EntityManager, id: string): Promise<FlightRow | null> =>
  manager.findOne(FlightRow, { where: { id }, lock: { mode: 'pessimistic_write' } });

const lockReceived = (manager: EntityManager, id: string): Promise<ReceivedFlightRow | null> =>
  manager.findOne(ReceivedFlightRow, { where: { id }, lock: { mode: 'pessimistic_write' } });

const UNREPORTED = `
SELECT id FROM flight.known
 WHERE state = 'noticed' AND overdue_told_at IS NULL AND noticed_at <= $1::timestamptz - interval '1 hour'
 ORDER BY noticed_at LIMIT $2`;

const OF_AGE = `
SELECT id FROM flight.known WHERE state IN ('noticed', 'reported') AND of_age_at <= $1 ORDER BY of_age_at LIMIT $2`;

const TO_PASS_ON = `
SELECT id FROM flight.received
 WHERE passed_on_at IS NULL AND state = 'gone' AND case_id IS NOT NULL AND received_at <= $1 ORDER BY received_at LIMIT $2`;

/**
 * What the shelter said of the same child, and that it is over: the flight that is passed on, or one that ended after this agency noticed
 * its own. That a report was taken back says nothing of a child whom this agency reported itself: such a one has no end.
 */
const SAID_BY_SHELTER = `
  (r.id = k.origin OR (r.case_id = k.case_id AND k.subject = k.case_id AND r.ended_at >= k.noticed_at))
  AND r.state NOT IN ('overdue', 'gone')`;

const ENDED_BY_SHELTER = `
SELECT k.id FROM flight.known k
 WHERE k.state IN ('noticed', 'reported')
   AND EXISTS (SELECT FROM flight.received r WHERE ${SAID_BY_SHELTER} AND r.received_at <= $1) ORDER BY k.id LIMIT $2`;

const HOW_IT_ENDED = `
SELECT r.id FROM flight.known k JOIN flight.received r ON ${SAID_BY_SHELTER}
 WHERE k.id = $1 ORDER BY r.id = k.origin DESC NULLS LAST, r.ended_at DESC NULLS LAST LIMIT 1`;

/** The flight is over for whoever was told by this agency, and whoever reported it does not know yet. */
const FOUND_BY_FOLLOWERS = `
SELECT r.id FROM flight.known k JOIN flight.received r ON r.id = k.origin
 WHERE k.state = 'found' AND r.state = 'gone' AND r.found_said_at IS NULL AND r.received_at <= $1 ORDER BY r.id LIMIT $2`;
