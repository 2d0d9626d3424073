import type { TimelineSource } from '@liaison/casework';

/** What this agency ordered of a child: where it is to live is the order's, never the place. */
export const MADE_ORDER_TIMELINE: readonly TimelineSource[] = [
  `SELECT o.sent_at, 'placement-ordered', o.id::text, NULL::text, NULL::int,
          jsonb_build_object('agency', o.agency, 'orderedBy', o.ordered_by, 'orderedOn', o.ordered_on,
                             'departement', o.departement, 'lodging', o.lodging), NULL::uuid
     FROM placement_order.made o WHERE o.case_id = $1 AND o.unit = $2`,
];
