import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { CalendarDate, OneOf, Optional, Section, Timestamp } from '../rules';
import { ClaimedCivilStatus } from './competence-claimed.v1';
import { ReferredAge } from './referral-made.v1';

export const PLACEMENT_ORDERED = 'liaison.placement.ordered.v1';

/** The juge des enfants (C. civ. 375-3), or in an emergency the procureur of the place where the child was found (375-5). */
export const ORDERING_AUTHORITIES = ['juge-des-enfants', 'procureur'] as const;
export type OrderingAuthority = (typeof ORDERING_AUTHORITIES)[number];

/** As a judge may write it, what R24 forbids among it: it is obeyed, and said. */
export const ORDERED_LODGINGS = [
  'registered-carer',
  'authorised-establishment',
  'declared-structure',
  'hotel',
] as const;
export type OrderedLodging = (typeof ORDERED_LODGINGS)[number];

/** A child is entrusted to child protection by an order, which may say where and how it is to live. */
@EventPayload(PLACEMENT_ORDERED)
@JSONSchema({ title: 'Placement ordered' })
export class PlacementOrderedV1 {
  @Category('procedure')
  @OneOf(ORDERING_AUTHORITIES)
  orderedBy: OrderingAuthority;

  @Category('dates')
  @CalendarDate()
  orderedOn: string;

  /** Its last day, where it has one. */
  @Category('dates')
  @Optional()
  @CalendarDate()
  until?: string;

  /** Who the child says to be: the order is for it and for nobody else. */
  @Section(() => ClaimedCivilStatus, { notEmpty: true })
  civilStatus: ClaimedCivilStatus;

  @Section(() => ReferredAge)
  age: ReferredAge;

  /** In which département the child is to live; absent: child protection chooses. */
  @Category('procedure')
  @Optional()
  @DepartementCode()
  departement?: string;

  /** What kind of place; absent: child protection chooses. */
  @Category('procedure')
  @Optional()
  @OneOf(ORDERED_LODGINGS)
  lodging?: OrderedLodging;

  /** Set by the service that sends it. */
  @Category('dates')
  @Optional()
  @Timestamp()
  sentAt?: string;
}
