import {
  FORGET_TERMS_OF,
  type SharedTable,
  SharedTables,
  type TimelineSource,
  type WorkSource,
} from '@liaison/casework';
import { PLACEMENT_ORDERED } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';

const OWN = 'NULL::text, NULL::text, NULL::text, NULL::text, NULL::text';

/** What waits of orders: one that nobody has obeyed; one that was obeyed against a rule; one that was lifted while the child lives where it said. */
export const JUDGE_ORDER_WORK: readonly WorkSource[] = [
  {
    kind: 'placement-order',
    select: `
SELECT j.id::text, NULL::uuid, j.received_at, true, j.received_at, j.received_at,
       '${PLACEMENT_ORDERED}', j.sender, j.convention, NULL::text, j.purpose
  FROM placement.judge_order j WHERE j.unit = $1 AND j.state = 'received' AND j.purged_at IS NULL`,
  },
  {
    // As long as the child is there, or is to go there.
    kind: 'placement-order-against-rule',
    select: `
SELECT j.id::text, r.case_id, j.obeyed_at, false, NULL::timestamptz, NULL::timestamptz, ${OWN}
  FROM placement.judge_order j JOIN placement.request r ON r.id = j.request_id
  LEFT JOIN placement.offer o ON o.id = j.offer_id
 WHERE j.unit = $1 AND j.state = 'obeyed' AND cardinality(j.contradicts) > 0 AND r.state <> 'withdrawn'
   AND (o.id IS NULL OR o.state IN ('asked', 'held', 'accepted'))`,
  },
  {
    // Nobody is moved by it: whether the child stays is to be decided.
    kind: 'placement-order-lifted',
    select: `
SELECT j.id::text, r.case_id, j.lifted_at, true, NULL::timestamptz, NULL::timestamptz, ${OWN}
  FROM placement.judge_order j JOIN placement.request r ON r.id = j.request_id
  JOIN placement.offer o ON o.id = j.offer_id
 WHERE j.unit = $1 AND j.state = 'lifted' AND r.state <> 'withdrawn' AND o.state IN ('asked', 'held', 'accepted')`,
  },
];

/** That an order was obeyed, and against which rules, with the case of the child. */
export const JUDGE_ORDER_TIMELINE: readonly TimelineSource[] = [
  `SELECT j.obeyed_at, 'placement-order-obeyed', j.id::text, j.sender, NULL::int,
          jsonb_build_object('contradicts', j.contradicts, 'state', j.state), NULL::uuid
     FROM placement.judge_order j JOIN placement.request r ON r.id = j.request_id
    WHERE r.case_id = $1 AND r.unit = $2 AND j.obeyed_at IS NOT NULL`,
  `SELECT j.answered_at, 'placement-order-not-executed', j.id::text, j.sender, NULL::int,
          jsonb_build_object('obstacle', j.obstacle), NULL::uuid
     FROM placement.judge_order j JOIN placement.request r ON r.id = j.request_id
    WHERE r.case_id = $1 AND r.unit = $2 AND j.obstacle IS NOT NULL`,
  `SELECT j.lifted_at, 'placement-order-lifted', j.id::text, j.sender, NULL::int,
          jsonb_build_object('liftedOn', j.lifted_on), NULL::uuid
     FROM placement.judge_order j JOIN placement.request r ON r.id = j.request_id
    WHERE r.case_id = $1 AND r.unit = $2 AND j.lifted_at IS NOT NULL`,
];

/** Orders that the child's placement obeys: see `EXCHANGE_SOURCES`. Until it does nobody has said which child of the unit's one is for. */
export const JUDGE_ORDER_EXCHANGES: readonly string[] = [
  `SELECT j.delivered_case, r.case_id, j.unit, j.purpose
     FROM placement.judge_order j JOIN placement.request r ON r.id = j.request_id
    WHERE j.purged_at IS NULL`,
];

/** That there was an order stays; whom it was for goes. */
const TABLES: readonly SharedTable[] = [
  {
    table: 'placement.judge_order',
    sender: 'sender',
    event: 'event_id',
    caseId: 't.delivered_case',
    holds: 't.purged_at IS NULL',
    emptied: `content = '{}', withheld = '[]'`,
    counted: 'version = t.version + 1',
    forget: ['DELETE FROM desk.search_term WHERE document = ANY ($1::uuid[])'],
    parts: { document: 'content' },
    forgetParts: [FORGET_TERMS_OF],
  },
];

export class OrderSharedContent extends SharedTables {
  protected readonly tables = TABLES;

  constructor(agency: Agency) {
    super(agency);
  }

  /** What follows from an order stands with the request: no duty rests on its words. */
  protected lockCases(): Promise<void> {
    return Promise.resolve();
  }
}
