import {
  FLIGHT_ENDED,
  FLIGHT_OVERDUE,
  FLIGHT_REPORTED,
  type FlightEndedV1,
  type FlightOverdueV1,
  type FlightReportedV1,
} from '@liaison/contracts';
import { AppError, type Agency, type Directory } from '@liaison/kernel';
import { type NewEvent, Outbox, type Recipient } from '@liaison/messaging';
import type { FlightEvent } from '@liaison/placement';
import { evolveFlight } from '@liaison/placement';
import { termOf } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DIRECTORY } from '../agency/tokens';
import { takeConsents } from '../consent/consents-of-case';
import { AgencyPolicy } from '../policy/agency-policy';
import type { CaseFacts } from '../policy/case-facts';
import { FLIGHT_PURPOSE, type FlightDuty, flightOf, toldOf } from './flight';
import type { FlightCause } from './flight-cause';
import { FlightRow, ToldFlightRow } from './flight.entity';
import type { FlightSubject } from './flight-subjects';

/** What would be decided of it now; it is decided again when it leaves. */
export interface ToldFlight {
  readonly agency: string;
  readonly duty: FlightDuty;
  readonly allowed: boolean;
  readonly denial: string | null;
}

interface Telling {
  /** To wake. */
  readonly lanes: readonly number[];
  readonly told: readonly ToldFlight[];
}

/** Who is told of a flight, whoever brings it about: a person, what arrives, time. Runs in the transaction of its caller. */
@Injectable()
export class FlightTelling {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Whoever searches learns of it on a case of its own, so that where the child was seen decides who that is; the others on the case
   * that they know.
   * @throws AppError `flight-nobody-to-tell`
   */
  async report(
    manager: EntityManager,
    flight: Pick<FlightRow, 'id' | 'unit'>,
    subject: FlightSubject,
    content: FlightReportedV1,
    cause: FlightCause,
  ): Promise<Telling & { readonly policeMissing: boolean }> {
    const { departement } = content.lastSeen;
    const to = toldOf(this.directory, departement, subject.tell);
    const searchers = to.filter(({ duty }) => duty === 'search');
    if (to.length === 0) {
      throw new AppError(
        'flight-nobody-to-tell',
        `The directory names nobody who searches in the département ${departement}: call 17 now, and tell your operators.`,
      );
    }
    const known = await this.tellKnown(manager, flight, subject, content, cause);
    if (searchers.length === 0) return { ...known, policeMissing: true };
    const document = reported(flight, content, cause);
    const { caseId } = subject;
    const agreed =
      caseId === null ? {} : await takeConsents(manager, { unit: subject.unit, caseId, delivery: flight.id });
    const facts: CaseFacts = { ...subject.facts, departement, ...agreed };
    const { lanes, version } = await this.outbox.openCase(
      manager,
      { id: flight.id, unit: flight.unit, facts: { ...facts } },
      newEvent(flight, { type: FLIGHT_REPORTED, document }, searchers, cause),
    );
    const decided = searchers.map(({ agency }) => this.decided(agency, 'search', document, facts, cause));
    await this.note(manager, flight, decided, flight.id, version);
    return {
      lanes: [...known.lanes, ...lanes],
      told: [...decided.map(({ told }) => told), ...known.told],
      policeMissing: false,
    };
  }

  /** Those who know the child, on the case that they know. */
  async tellKnown(
    manager: EntityManager,
    flight: Pick<FlightRow, 'id' | 'unit'>,
    { deliveryCase, facts, tell }: FlightSubject,
    content: FlightReportedV1,
    cause: FlightCause,
  ): Promise<Telling> {
    if (tell.length === 0) return { lanes: [], told: [] };
    const idsOf = (of: FlightDuty) => tell.filter(({ duty }) => duty === of).map(({ agency }) => agency.id);
    const namedContact = idsOf('following');
    const document = reported(flight, content, cause);
    if (namedContact.length > 0) await this.nameContacts(manager, deliveryCase, namedContact);
    const event = newEvent(flight, { type: FLIGHT_REPORTED, document }, tell, cause);
    const { lanes, version } = await this.outbox.append(manager, deliveryCase, event);
    const known = { ...facts, namedContact, takesInCharge: idsOf('child-protection') };
    const decided = tell.map(({ agency, duty }) => this.decided(agency, duty, document, known, cause));
    await this.note(manager, flight, decided, deliveryCase, version);
    return { lanes, told: decided.map(({ told }) => told) };
  }

  /** Child protection learns that nobody has reported it. @returns lanes to wake */
  async overdue(
    manager: EntityManager,
    flight: FlightRow,
    { deliveryCase, tell }: FlightSubject,
    cause: FlightCause,
  ): Promise<readonly number[]> {
    const to = tell.filter(({ duty }) => duty === 'child-protection');
    if (to.length === 0) return [];
    const document: FlightOverdueV1 = { flight: flight.id, noticedAt: flight.noticedAt.toISOString() };
    const event = newEvent(flight, { type: FLIGHT_OVERDUE, document }, to, cause);
    const { lanes, version } = await this.outbox.append(manager, deliveryCase, event);
    const told = to.map(({ agency, duty }) => ({ told: { agency: agency.id, duty }, acknowledgeBy: null }));
    await this.note(manager, flight, told, deliveryCase, version);
    return lanes;
  }

  /**
   * Stores how a flight ends, and tells everybody who was told that the child is gone. The row is locked.
   * @returns lanes to wake
   */
  async end(
    manager: EntityManager,
    row: FlightRow,
    event: Extract<FlightEvent, { readonly type: 'ended' | 'voided' }>,
    cause: FlightCause,
  ) {
    const next = evolveFlight(flightOf(row), event);
    const endedAt = next.endedAt ?? cause.decidedAt;
    await manager.update(FlightRow, row.id, { state: next.state, version: next.version, endedAt });
    const outcome = event.type === 'ended' ? event.state : 'voided';
    const document: FlightEndedV1 = { flight: row.id, outcome, endedAt: endedAt.toISOString() };
    const told = await manager.find(ToldFlightRow, { where: { flightId: row.id }, order: { agency: 'ASC' } });
    const lanes: number[] = [];
    for (const caseId of [...new Set(told.map((each) => each.caseId))].sort()) {
      const to = told
        .filter((each) => each.caseId === caseId)
        .flatMap(({ agency }) => this.directory.findAgency(agency) ?? [])
        .map((agency) => ({ agency }));
      const ended = newEvent(row, { type: FLIGHT_ENDED, document }, to, cause);
      lanes.push(...(await this.outbox.append(manager, caseId, ended)).lanes);
    }
    return { next, lanes };
  }

  /** They are told of this child from now on, whatever else the case says of them. */
  private async nameContacts(
    manager: EntityManager,
    caseId: string,
    contacts: readonly string[],
  ): Promise<void> {
    await manager.query(
      `UPDATE messaging.cases SET facts = coalesce(facts, '{}') || $2, facts_version = facts_version + 1 WHERE id = $1`,
      [caseId, JSON.stringify({ namedContact: contacts })],
    );
  }

  private async note(
    manager: EntityManager,
    { id, unit }: Pick<FlightRow, 'id' | 'unit'>,
    to: readonly Noted[],
    caseId: string,
    caseVersion: number,
  ): Promise<void> {
    await manager.save(
      ToldFlightRow,
      to.map(({ told: { agency, duty }, acknowledgeBy }) => ({
        flightId: id,
        agency,
        unit,
        duty,
        caseId,
        caseVersion,
        acknowledgeBy,
      })),
    );
  }

  private decided(
    agency: Agency,
    duty: FlightDuty,
    document: FlightReportedV1,
    facts: CaseFacts,
    { decidedAt }: FlightCause,
  ): Noted & { readonly told: ToldFlight } {
    const event = { type: FLIGHT_REPORTED, document, purpose: FLIGHT_PURPOSE, facts };
    const { decision } = this.policy.preview(event, agency, decidedAt);
    const { allowed, denial, obligations } = decision;
    const seconds = allowed ? termOf('acknowledge-within', obligations) : undefined;
    return {
      acknowledgeBy: seconds === undefined ? null : new Date(decidedAt.getTime() + seconds * 1000),
      told: { agency: agency.id, duty, allowed, denial: denial?.code ?? null },
    };
  }
}

interface Noted {
  readonly told: Pick<ToldFlight, 'agency' | 'duty'>;
  readonly acknowledgeBy: Date | null;
}

/** With what names the flight, and when it was reported. */
const reported = (
  { id }: Pick<FlightRow, 'id'>,
  content: FlightReportedV1,
  { decidedAt }: FlightCause,
): FlightReportedV1 => ({ ...content, flight: id, reportedAt: decidedAt.toISOString() });

const newEvent = (
  { unit }: Pick<FlightRow, 'unit'>,
  said: Pick<NewEvent, 'type' | 'document'>,
  to: readonly Recipient[],
  cause: FlightCause,
): NewEvent => ({
  ...said,
  ...cause,
  unit,
  purpose: FLIGHT_PURPOSE,
  recipients: to.map(({ agency, unit: named }) => ({ agency, ...(named !== undefined && { unit: named }) })),
});
