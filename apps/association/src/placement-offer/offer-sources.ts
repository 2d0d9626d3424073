import type { WorkSource } from '@liaison/casework';
import { PLACEMENT_OFFERED } from '@liaison/contracts';

/** A child waits for a bed that is only held: the desk of the place's unit says until when. Whoever has one is expected, until it is there. */
export const OFFER_WORK: readonly WorkSource[] = [
  {
    kind: 'placement-offer',
    select: `
SELECT o.id::text, NULL::uuid, o.received_at, true, o.answer_by, o.answer_by - interval '1 hour',
       '${PLACEMENT_OFFERED}', o.sender, o.convention, NULL::text, o.purpose
  FROM shelter.offer o WHERE o.unit = $1 AND o.state = 'held'`,
  },
  {
    kind: 'placement-expected',
    select: `
SELECT o.id::text, NULL::uuid, o.answered_at, false, NULL::timestamptz, NULL::timestamptz,
       '${PLACEMENT_OFFERED}', o.sender, o.convention, NULL::text, o.purpose
  FROM shelter.offer o WHERE o.unit = $1 AND o.state = 'accepted'`,
  },
];
