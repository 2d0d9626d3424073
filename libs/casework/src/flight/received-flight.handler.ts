import {
  FLIGHT_ACKNOWLEDGED,
  FLIGHT_FOUND,
  type FlightAcknowledgedV1,
  type FlightFoundV1,
} from '@liaison/contracts';
import { type Agency, AppError, type Clock, type Directory } from '@liaison/kernel';
import { AuditTrail, Outbox } from '@liaison/messaging';
import { type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { actRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { decideReceived, evolveReceived, FLIGHT_PURPOSE } from './flight';
import { causeOf } from './flight-cause';
import { ReceivedFlightRow } from './flight.entity';
import type { OfFlight } from './flight.handler';
import { getReceivedFlight, receivedFlightOf } from './stored-flight';

type Said =
  | { readonly type: typeof FLIGHT_FOUND; readonly document: FlightFoundV1 }
  | { readonly type: typeof FLIGHT_ACKNOWLEDGED; readonly document: FlightAcknowledgedV1 };

/** T1 of whoever was told of a flight: somebody has taken note of it, or has found the child, and its sender is told, or nothing. */
@Injectable()
export class ReceivedFlightHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError `flight-*`, `role-missing`, `sender-unknown`, `precondition-*`, or what `runOnce` throws */
  acknowledge(identity: Identity, { id, ifMatch, idempotencyKey }: OfFlight) {
    const route = 'POST /v1/received-flights/:id/acknowledge';
    return this.acts.run(identity, { route, idempotencyKey, request: { id } }, async (manager) => {
      const { row, sender } = await this.load(manager, identity, id, ifMatch);
      const now = this.clock.now();
      const { unit, roles, pseudonym } = identity;
      const before = receivedFlightOf(row);
      const event = decideReceived(before, { type: 'acknowledge', at: now, unit, roles });
      if (event.type !== 'acknowledged') throw new TypeError('an acknowledgement acknowledges');
      const { state, version } = evolveReceived(before, event);
      await manager.update(ReceivedFlightRow, id, {
        version,
        acknowledgedAt: now,
        acknowledgedBy: pseudonym,
      });
      const document = { ...event.acknowledgement, flight: row.flight };
      const said = { type: FLIGHT_ACKNOWLEDGED, document } as const;
      const { lanes, allowed, denial } = await this.say(manager, identity, { row, sender, said, now });
      const { acknowledgedAt } = event.acknowledgement;
      return { status: 202, lanes, body: { id, state, version, acknowledgedAt, allowed, denial } };
    });
  }

  /** @throws AppError `flight-*`, `found-said-already`, `sender-unknown`, `time-in-the-future`, `precondition-*`, or what `runOnce` throws */
  found(
    identity: Identity,
    { id, ifMatch, idempotencyKey }: OfFlight,
    { at: when, departement }: { readonly at: Date | undefined; readonly departement: string | undefined },
  ) {
    const route = 'POST /v1/received-flights/:id/found';
    const request = { id, when: when?.toISOString(), departement };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const { row, sender } = await this.load(manager, identity, id, ifMatch);
      const now = this.clock.now();
      const at = when ?? now;
      if (at > now) throw new AppError('time-in-the-future', 'That time has not come yet: correct it.');
      const before = receivedFlightOf(row);
      const { state, version } = evolveReceived(before, decideReceived(before, { type: 'say-found' }));
      await manager.update(ReceivedFlightRow, id, {
        version,
        foundSaidAt: now,
        foundSaidBy: identity.pseudonym,
      });
      const document: FlightFoundV1 = {
        flight: row.flight,
        foundAt: at.toISOString(),
        ...(departement !== undefined && { departement }),
      };
      const said = { type: FLIGHT_FOUND, document } as const;
      const { lanes, allowed, denial } = await this.say(manager, identity, { row, sender, said, now });
      return { status: 202, lanes, body: { id, state, version, allowed, denial } };
    });
  }

  private async load(manager: EntityManager, identity: Identity, id: string, ifMatch: string | undefined) {
    const row = await getReceivedFlight(manager, identity, id, 'pessimistic_write');
    requireIfMatch(ifMatch, row.version);
    const sender = this.directory.findAgency(row.sender);
    if (!sender) {
      throw new AppError('sender-unknown', 'The directory no longer knows the sender: tell the operators.');
    }
    return { row, sender };
  }

  /** With the record of the act. */
  private async say(
    manager: EntityManager,
    identity: Identity,
    {
      row,
      sender,
      said,
      now,
    }: {
      readonly row: ReceivedFlightRow;
      readonly sender: Agency;
      readonly said: Said;
      readonly now: Date;
    },
  ) {
    const { lanes } = await this.outbox.append(manager, row.deliveredCase, {
      ...causeOf(identity, now),
      ...said,
      purpose: FLIGHT_PURPOSE,
      unit: identity.unit,
      causationId: row.eventId,
      recipients: [{ agency: sender }],
    });
    const { decision } = this.policy.preview({ ...said, purpose: FLIGHT_PURPOSE, facts: {} }, sender, now);
    await this.audit.append(manager, [
      actRecord(this.audit, identity, now, {
        kind: 'acknowledgement',
        purpose: FLIGHT_PURPOSE,
        legalBases: [...decision.legalBases],
        reference: row.reference,
        event: said.type,
        eventId: row.eventId,
        counterpart: row.sender,
        policyDigest: decision.digest,
        fields: [],
      }),
    ]);
    const { allowed, denial } = decision;
    return { lanes: [...lanes, this.audit.laneId], allowed, denial: denial?.code ?? null };
  }
}
