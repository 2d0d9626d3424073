import { AUDIT_RECORDED } from '../events/audit-recorded.v1';
import { AUDIT_RECORDED_V2 } from '../events/audit-recorded.v2';
import { FLIGHT_FOUND } from '../events/flight-found.v1';
import { PLACEMENT_OFFERED } from '../events/placement-offered.v1';
import { PLACEMENT_WITHDRAWN } from '../events/placement-withdrawn.v1';
import { DELIVERY_ACKNOWLEDGED } from './delivery-acknowledged.v1';
import { DELIVERY_GAP_REQUESTED } from './delivery-gap-requested.v1';
import { DELIVERY_VOIDED } from './delivery-voided.v1';
import { SHARE_PURGED } from './share-purged.v1';
import { SHARE_REVOKED } from './share-revoked.v1';

/** Every event that a convention decides about, but those of `CAUSING_CONTENT`. */
export const CONTENT = 'content';

/**
 * Content whose receipt makes other content go out by itself: a bed is held or refused at once, and what is left of the place is
 * told; that a child was found goes to everybody who was told that it is gone. None of what they cause is among them. What child
 * protection passes on of a flight follows from the state of the flight there, and is looked at by the clock.
 */
export const CAUSING_CONTENT: readonly string[] = [PLACEMENT_OFFERED, PLACEMENT_WITHDRAWN, FLIGHT_FOUND];

/**
 * Why an effect cannot go on for ever:
 * - `once`: it follows from the arrival itself, at most one for each arrival;
 * - `timed`: it follows from a state (a hole, an answer overdue) that is looked at by the database's clock, with
 *   growing pauses; what it causes ends that state or is caused no faster.
 */
export type CauseBound = 'once' | 'timed';

export interface Effect {
  readonly type: string;
  readonly bound: CauseBound;
}

const ACKNOWLEDGED: Effect = { type: DELIVERY_ACKNOWLEDGED, bound: 'once' };
const HOLE_ASKED_FOR: Effect = { type: DELIVERY_GAP_REQUESTED, bound: 'timed' };

/**
 * What the receipt of an event can make the recipient send by itself. Closed: a protocol event that is not here may
 * not be sent. A property holds it to this: without its timed effects it has no cycle, so that no two services can
 * keep each other busy. An act of a person can cause an acknowledgement too: the first reading of an event whose sender is
 * to know, once.
 */
export const CAUSES: ReadonlyMap<string, readonly Effect[]> = new Map([
  [CONTENT, [ACKNOWLEDGED, HOLE_ASKED_FOR, { type: CONTENT, bound: 'timed' }]],
  ...CAUSING_CONTENT.map((type): [string, readonly Effect[]] => [
    type,
    [ACKNOWLEDGED, HOLE_ASKED_FOR, { type: CONTENT, bound: 'once' }],
  ]),
  [AUDIT_RECORDED, [ACKNOWLEDGED, HOLE_ASKED_FOR]],
  [AUDIT_RECORDED_V2, [ACKNOWLEDGED, HOLE_ASKED_FOR]],
  [DELIVERY_VOIDED, [ACKNOWLEDGED, HOLE_ASKED_FOR]],
  [SHARE_REVOKED, [ACKNOWLEDGED, HOLE_ASKED_FOR, { type: SHARE_PURGED, bound: 'once' }]],
  [SHARE_PURGED, [ACKNOWLEDGED, HOLE_ASKED_FOR]],
  [DELIVERY_ACKNOWLEDGED, []],
  [
    DELIVERY_GAP_REQUESTED,
    [
      { type: CONTENT, bound: 'once' },
      ...CAUSING_CONTENT.map((type): Effect => ({ type, bound: 'once' })),
      { type: AUDIT_RECORDED, bound: 'once' },
      { type: AUDIT_RECORDED_V2, bound: 'once' },
      { type: DELIVERY_VOIDED, bound: 'once' },
      { type: SHARE_REVOKED, bound: 'once' },
      { type: SHARE_PURGED, bound: 'once' },
    ],
  ],
]);
