import {
  type CaseFacts,
  Cases,
  DIRECTORY,
  type FlightSubject,
  FlightSubjects,
  ReceivedReferralRow,
} from '@liaison/casework';
import type { Directory } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In, Not } from 'typeorm';
import { OfferRow, RequestRow } from '../placement-request/placement-request.entity';

/** Whoever referred a child goes on with it: an association on the spot. Investigating services are told as those who search. */
const FOLLOWING_KIND = 'association';

/** A child in care is a case of this agency; where it was placed is a case of delivery of its own. */
@Injectable()
export class ChildrenInCare extends FlightSubjects {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly cases: Cases,
  ) {
    super();
  }

  async get(manager: EntityManager, identity: Identity, caseId: string): Promise<FlightSubject> {
    await this.cases.get(manager, identity, caseId);
    const child = await this.find(manager, caseId);
    return child ?? this.childOf(manager, caseId, identity.unit, {});
  }

  async find(manager: EntityManager, caseId: string): Promise<FlightSubject | undefined> {
    const [found] = await manager.query<{ unit: string; facts: CaseFacts | null }[]>(
      'SELECT unit, facts FROM messaging.cases WHERE id = $1',
      [caseId],
    );
    return found && this.childOf(manager, caseId, found.unit, found.facts ?? {});
  }

  async receivedOn(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly caseId: string; readonly unit: string } | undefined> {
    const offer = await manager.findOneBy(OfferRow, { id: delivered });
    const request = offer && (await manager.findOneBy(RequestRow, { id: offer.requestId }));
    return request ? { caseId: request.caseId, unit: request.unit } : undefined;
  }

  private async childOf(
    manager: EntityManager,
    caseId: string,
    unit: string,
    { birthDate, protectedIdentity, protectedAddress, consents }: CaseFacts,
  ): Promise<FlightSubject> {
    const referrals = await manager.findBy(ReceivedReferralRow, { caseId, state: Not('voided') });
    const referrers = [...new Set(referrals.map(({ sender }) => sender))].sort();
    const requests = await manager.findBy(RequestRow, { caseId });
    const offers = await manager.findBy(OfferRow, { requestId: In(requests.map(({ id }) => id)) });
    return {
      deliveryCase: caseId,
      caseId,
      unit,
      facts: {
        ...(birthDate !== undefined && { birthDate }),
        ...(protectedIdentity !== undefined && { protectedIdentity }),
        ...(protectedAddress !== undefined && { protectedAddress }),
        ...(consents && { consents }),
      },
      tell: referrers
        .flatMap((id) => this.directory.findAgency(id) ?? [])
        .filter(({ kind }) => kind === FOLLOWING_KIND)
        .map((agency) => ({ agency, duty: 'following' as const })),
      secrets: offers.flatMap(({ address }) => (address ? [address.line] : [])),
    };
  }
}
