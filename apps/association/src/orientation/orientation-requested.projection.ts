import {
  AGENCY,
  AgencyPolicy,
  DIRECTORY,
  MESSAGING,
  ORIENTATION_CONTACT,
  ShareOrders,
} from '@liaison/casework';
import { ORIENTATION_REQUESTED, type OrientationRequestedV1 } from '@liaison/contracts';
import { type Agency, AppError, type Directory } from '@liaison/kernel';
import {
  casesOfSenders,
  DeliveryContext,
  LiaisonEvent,
  LiaisonVoided,
  type Messaging,
  type ReceivedEvent,
  type VoidedEvent,
} from '@liaison/messaging';
import { decideOrientation, evolveOrientation, type GivenConsent } from '@liaison/placement';
import { termOf } from '@liaison/sharing-policy';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { v7 as uuidv7 } from 'uuid';
import { CASEWORKERS } from '../roles';
import { OrientationRow } from './orientation.entity';
import { factsOfOrientation } from './orientation.reader';

/** Contact points of agencies that are members of the network (Ac.Sé). */
const NETWORK_CONTACT = 'network';

/** A convention may hold a field back. */
type Requested = ReceivedEvent<Partial<OrientationRequestedV1>>;

/** Requests for orientation that come to the coordination. */
@Controller()
export class OrientationRequestedProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly policy: AgencyPolicy,
    private readonly orders: ShareOrders,
  ) {}

  /** @throws AppError `orientation-not-to-contact`, `orientation-incomplete`, what `decideOrientation` throws: the event is parked */
  @LiaisonEvent(ORIENTATION_REQUESTED)
  async onRequested(@Payload() events: Requested[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const event of events) {
      const { sender, envelope, data, withheld, provenance, receivedAt, keepUntil } = event;
      const { needs, consent, endangered, needsDistance, commune } = data;
      if (!needs || !consent || endangered === undefined || needsDistance === undefined) {
        throw new AppError(
          'orientation-incomplete',
          'The convention holds back what is needed to look for a place.',
        );
      }
      const unit = this.contact(envelope.recipientunit);
      const asker = this.directory.findAgency(sender);
      const kind = asker?.kind ?? 'association';
      const partner = asker?.contactPoints.some(({ purpose }) => purpose === NETWORK_CONTACT) ?? false;
      const given: GivenConsent = {
        scope: 'orientation',
        form: consent.form,
        on: consent.on,
        language: consent.language,
        // A pseudonym is its own agency's.
        explainedBy: sender,
        capacity: consent.explainedBy,
      };
      const { ageBand, languages, needs: needed, children } = needs;
      const asked = {
        age: 'adult' as const,
        askedBy: { kind, partner },
        ...{ endangered, needsDistance, exploitation: data.exploitation?.departements ?? [] },
        needs: { ageBand, languages, needs: needed, children },
      };
      const { state, version } = evolveOrientation(
        undefined,
        decideOrientation(undefined, { type: 'ask', asked, consents: [given] }),
      );
      const cases = await casesOfSenders(manager, [event], {
        epoch: this.messaging.epoch,
        unit,
        newId: uuidv7,
        factsOf: () => ({
          adult: true,
          consents: [{ to: kind, purpose: envelope.purpose ?? '', value: 'given' }],
        }),
      });
      await manager.insert(OrientationRow, {
        id: uuidv7(),
        caseId: cases.get(`${sender}/${envelope.subject}`) ?? '',
        ...{ unit, sender, senderKind: kind, fromPartner: partner },
        reference: envelope.subject,
        eventId: envelope.id,
        receivedAt,
        purpose: envelope.purpose ?? '',
        convention: provenance.convention,
        content: data,
        withheld: [...withheld],
        acknowledgeBy: this.acknowledgeBy(event),
        commune: commune ?? null,
        nationality: data.nationality ?? null,
        consents: [given],
        ...{ state, version },
        keepUntil: keepUntil ?? null,
      });
    }
    await this.orders.carryOutLate(manager, events);
  }

  /** Taken back by its sender, whatever it was decided on. */
  @LiaisonVoided(ORIENTATION_REQUESTED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    for (const { sender, eventId } of events) {
      await manager.query(
        `UPDATE orientation.request SET content = '{}', withheld = '[]', age = NULL, nationality = NULL, version = version + 1
          WHERE sender = $1 AND event_id = $2`,
        [sender, eventId],
      );
    }
  }

  private contact(named: string | undefined): string {
    const own = this.agency.contactPoints.find(
      ({ id, purpose }) => purpose === ORIENTATION_CONTACT && id === named,
    );
    if (own) return own.id;
    throw new AppError(
      'orientation-not-to-contact',
      'A request goes to the contact point for orientation of the coordination, and this one names none of this agency.',
    );
  }

  private acknowledgeBy({ envelope, provenance, withheld, receivedAt }: Requested): Date | null {
    const { type, purpose = '' } = envelope;
    const held = {
      type,
      data: {},
      purpose,
      facts: factsOfOrientation(this.agency),
      provenance,
      withheld,
    };
    const answer = this.policy.read(held, CASEWORKERS, receivedAt);
    const seconds = answer && termOf('acknowledge-within', answer.decision.obligations);
    return seconds === undefined ? null : new Date(receivedAt.getTime() + seconds * 1000);
  }
}
