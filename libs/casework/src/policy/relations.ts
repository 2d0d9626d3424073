import {
  ADULT_PLACE_DECLARED,
  ATTACHMENT_ADDED,
  type AttachmentAddedV1,
  COMPETENCE_CLAIMED,
  COMPETENCE_HANDED_OVER,
  type CompetenceClaimedV1,
  type Envelope,
  FLIGHT_OVERDUE,
  FLIGHT_REPORTED,
  type FlightReportedV1,
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  NOTICE_ISSUED_V1,
  OPERATION_ANNOUNCED,
  type OperationAnnouncedV1,
  type NoticeIssuedV2,
  OPINION_REQUESTED,
  ORIENTATION_PERSON_NAMED,
  ORIENTATION_REQUESTED,
  PLACEMENT_ANSWERED,
  URGENT_REQUEST_ANSWERED,
  REFERRAL_MADE,
  type ReferralMadeV1,
  SUPPORT_REPORTED,
  type SupportReportedV1,
} from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import { type PartyRef } from '@liaison/sharing-policy';
import { type CaseFacts } from './case-facts';

export const partyOf = ({ id, kind, departement }: Agency): PartyRef => ({
  agency: id,
  kind,
  ...(departement !== undefined && { departement }),
});

/**
 * Competence comes from the directory, never from the message; who is asked for an opinion, takes somebody in charge, is addressed at a
 * contact point, is said to be competent for a child or follows it, from whoever asks, agrees, addresses or says so.
 */
export function relationsOf(
  { id, competentFor }: Agency,
  {
    departement,
    askedForOpinion,
    takesInCharge,
    claimedCompetent,
    namedContact,
  }: Pick<
    CaseFacts,
    'departement' | 'askedForOpinion' | 'takesInCharge' | 'claimedCompetent' | 'namedContact'
  >,
): readonly string[] {
  const competent = departement !== undefined && competentFor.includes(departement);
  const asked = askedForOpinion?.includes(id) ?? false;
  const takes = takesInCharge?.includes(id) ?? false;
  const claimed = claimedCompetent?.includes(id) ?? false;
  const named = namedContact?.includes(id) ?? false;
  if (!asked && !takes && !claimed && !named) return competent ? COMPETENT : NONE;
  return [
    ...(competent ? COMPETENT : NONE),
    ...(asked ? ASKED : NONE),
    ...(takes ? TAKES : NONE),
    ...(claimed ? CLAIMED : NONE),
    ...(named ? NAMED : NONE),
  ];
}

const COMPETENT = ['competent'] as const;
const ASKED = ['asked-for-opinion'] as const;
const TAKES = ['takes-in-charge'] as const;
const CLAIMED = ['claimed-competent'] as const;
const NAMED = ['named-contact'] as const;
const NONE = [] as const;

/**
 * What the recipient takes from an event itself: where the person is, at which of its contact points it is addressed, that its sender
 * asks for an opinion. An answer in an
 * emergency goes to whoever stated the vital interest: the recipient vouches for that itself, and its projection takes no answer
 * to what was not asked. The same holds for a shelter's answer: it is for whoever asked for the place and takes the child there, and
 * for the name of an adult, which a place takes only where it has accepted. Requests for orientation, and places of the network, are for
 * whoever has a contact point for them; a flight for whoever has the child in care, or follows it.
 */
export function claimedBy({ type, data, recipientunit }: Envelope, agency: Agency): CaseFacts {
  const { id, competentFor, contactPoints } = agency;
  if (type === OPINION_REQUESTED) return { askedForOpinion: [id] };
  if (type === URGENT_REQUEST_ANSWERED) return { vitalInterest: true };
  if (type === PLACEMENT_ANSWERED || type === ORIENTATION_PERSON_NAMED) return { takesInCharge: [id] };
  if (type === ORIENTATION_REQUESTED || type === ADULT_PLACE_DECLARED) {
    return contactPoints.some(({ purpose }) => purpose === ORIENTATION_CONTACT) ? { namedContact: [id] } : {};
  }
  if (type === FLIGHT_OVERDUE) return { takesInCharge: [id] };
  if (type === FLIGHT_REPORTED) {
    const { lastSeen } = data as Partial<FlightReportedV1>;
    return {
      ...(lastSeen?.departement !== undefined && { departement: lastSeen.departement }),
      takesInCharge: [id],
      namedContact: [id],
    };
  }
  if (type === COMPETENCE_CLAIMED || type === COMPETENCE_HANDED_OVER) {
    // The département that it names has to be this agency's own.
    const { departement } = data as Partial<CompetenceClaimedV1>;
    return departement !== undefined && competentFor.includes(departement) ? { claimedCompetent: [id] } : {};
  }
  if (type === REFERRAL_MADE) {
    const { found } = data as Partial<ReferralMadeV1>;
    return found?.departement === undefined ? {} : { departement: found.departement };
  }
  if (type === ATTACHMENT_ADDED || type === OPERATION_ANNOUNCED || type === SUPPORT_REPORTED) {
    const { departement } = data as Partial<AttachmentAddedV1 | OperationAnnouncedV1 | SupportReportedV1>;
    return departement === undefined ? {} : { departement };
  }
  if (!NOTICES.includes(type)) return {};
  const departement = (data as Partial<NoticeIssuedV2>).procedure?.departement;
  return {
    ...(departement !== undefined && { departement }),
    ...(isContactPoint(agency, recipientunit) && { namedContact: [id] }),
  };
}

/** Of contact points: who looks for places for adults (Ac.Sé), for the whole country. */
export const ORIENTATION_CONTACT = 'orientation';

/** Whether it is one of the agency's contact points for notices, which is the id of the unit whose people read them. */
export const isContactPoint = ({ contactPoints }: Agency, unit: string | undefined): boolean =>
  contactPoints.some(({ id, purpose }) => id === unit && purpose === 'notices');

/** Types that carry a notice: where the person is stands in them. */
const NOTICES = [NOTICE_ISSUED_V1, NOTICE_ISSUED, NOTICE_AMENDED];
