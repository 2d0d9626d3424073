import type { TimelineSource, WorkSource } from '@liaison/casework';
import { OBEY_WITHIN_MS } from '@liaison/placement';

/** See `EXCHANGE_SOURCES`. */
export const MADE_ORDER_EXCHANGES: readonly string[] = [
  'SELECT m.id, m.case_id, m.unit, NULL::text FROM placement_order.made m',
];

/** What this agency ordered of a child: where it is to live is the order's, never the place. */
export const MADE_ORDER_TIMELINE: readonly TimelineSource[] = [
  `SELECT o.sent_at, 'placement-ordered', o.id::text, NULL::text, NULL::int,
          jsonb_build_object('agency', o.agency, 'orderedBy', o.ordered_by, 'orderedOn', o.ordered_on,
                             'departement', o.departement, 'lodging', o.lodging), NULL::uuid
     FROM placement_order.made o WHERE o.case_id = $1 AND o.unit = $2`,
  `SELECT o.answered_at, 'placement-order-answered', o.id::text, o.agency, NULL::int,
          jsonb_build_object('contradicts', o.contradicts, 'obstacle', o.obstacle), NULL::uuid
     FROM placement_order.made o WHERE o.case_id = $1 AND o.unit = $2 AND o.answered_at IS NOT NULL`,
  `SELECT o.lifted_at, 'placement-order-lifted', o.id::text, NULL::text, NULL::int,
          jsonb_build_object('liftedBy', o.lifted_by, 'liftedOn', o.lifted_on), NULL::uuid
     FROM placement_order.made o WHERE o.case_id = $1 AND o.unit = $2 AND o.lifted_at IS NOT NULL`,
];

/**
 * What waits for whoever ordered: an order that cannot be executed, until it is or it is lifted; one to which child protection has
 * answered nothing for a day.
 */
export const MADE_ORDER_WORK: readonly WorkSource[] = [
  {
    kind: 'placement-order-not-executed',
    select: `
SELECT o.id::text, o.case_id, o.answered_at, true, NULL::timestamptz, NULL::timestamptz,
       NULL::text, NULL::text, NULL::text, NULL::text, NULL::text
  FROM placement_order.made o WHERE o.unit = $1 AND o.state = 'not-executed'`,
  },
  {
    kind: 'placement-order-unanswered',
    select: `
SELECT o.id::text, o.case_id, o.sent_at, true, o.sent_at + interval '${OBEY_WITHIN_MS} milliseconds', o.sent_at,
       NULL::text, NULL::text, NULL::text, NULL::text, NULL::text
  FROM placement_order.made o
 WHERE o.unit = $1 AND o.state = 'sent' AND o.sent_at <= $2::timestamptz - interval '${OBEY_WITHIN_MS} milliseconds'`,
  },
];
