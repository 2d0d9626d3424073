import {
  AGENCY,
  AgencyPolicy,
  CLOCK,
  decidedFields,
  type ExportedRecords,
  type ExportSource,
  FlightExport,
  ownFields,
  PartnerAnswerExport,
  QueryGate,
  type ReadableCase,
  ReferralExport,
} from '@liaison/casework';
import { FLIGHT_REPORTED, REFERRAL_MADE } from '@liaison/contracts';
import type { Agency, Clock } from '@liaison/kernel';
import { auditFields } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { itemOf } from './breach/breach.controller';
import { BreachRow } from './breach/breach.entity';
import { shownBreach } from './breach/shown-breach';
import { deliveriesOf } from './notice/delivery.reader';
import { getNotice } from './notice/stored-notice';
import { OpinionRequestRow } from './opinion-request/opinion-request.entity';
import { readOpinion } from './opinion-request/opinion-request.reader';

/** What an investigating service holds of a notice beside it: deliveries, breaches, opinions about it or answered with it. */
@Injectable()
export class PoliceExport implements ExportSource {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly gate: QueryGate,
  ) {}

  async read(
    manager: EntityManager,
    identity: Identity,
    found: ReadableCase,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const answers = await new PartnerAnswerExport(this.clock, this.policy).read(
      manager,
      identity,
      found,
      limit,
    );
    if (found.held.type === REFERRAL_MADE) {
      return [...(await new ReferralExport(this.clock).read(manager, identity, found, limit)), ...answers];
    }
    if (found.held.type === FLIGHT_REPORTED) {
      const flights = new FlightExport(this.agency, this.clock, this.policy);
      return [...(await flights.read(manager, identity, found, limit)), ...answers];
    }
    const { id } = found;
    const at = this.clock.now();
    const { unit } = identity;
    const notice = await getNotice(manager, identity, id);
    const deliveries = await deliveriesOf(manager, this.policy, identity, notice, at);
    const breaches = await manager.find(BreachRow, {
      where: { noticeId: id, unit },
      order: { receivedAt: 'ASC', breachId: 'ASC' },
      take: limit + 1,
    });
    const requests = await manager.find(OpinionRequestRow, {
      where: [
        { about: id, unit },
        { noticeId: id, unit },
      ],
      order: { id: 'ASC' },
      take: limit + 1,
    });
    const opinions = requests.flatMap((row) => readOpinion(this.policy, identity, row, at) ?? []);
    return [
      {
        kind: 'deliveries',
        // Why a field was withheld is for the screen of whoever sent it, not for a file.
        items: deliveries.map(({ fields: _, ...delivery }) => delivery),
        fields: [ownFields('deliveries')],
        legalBases: [],
      },
      {
        kind: 'breaches',
        items: breaches.map((row) => itemOf(shownBreach(this.gate, identity, row), at)),
        fields: [ownFields('breaches')],
        legalBases: [],
      },
      {
        kind: 'opinions',
        items: opinions.map(({ view }) => view),
        fields: opinions.flatMap(({ decision }) => auditFields(decidedFields(decision))),
        legalBases: opinions.flatMap(({ decision }) => decision.legalBases),
      },
      ...answers,
    ];
  }
}
