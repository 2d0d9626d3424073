import { PERSON_LINKED, PERSON_UNLINKED } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import { SharedTables } from '../after-sharing/shared-tables';
import type { WorkSource } from '../desk/work-source';
import type { ReceivedEntries, TimelineSource } from '../timeline/timeline';
import type { Says } from './link';

/**
 * What waits: that the other says so and this agency has said nothing yet in that round. Whoever may read such a word has the line: some
 * come of minors and of unknown age alone, so that nothing of them is open whatever the age.
 */
export const LINK_WORK: readonly WorkSource[] = [
  {
    kind: 'person-link',
    select: `
SELECT l.id::text, l.first_case, s.at, true, NULL::timestamptz, NULL::timestamptz,
       '${PERSON_LINKED}', s.sender, s.convention, NULL::text, s.purpose
  FROM link.person_link l
  JOIN LATERAL (
    SELECT t.* FROM link.said t
     WHERE t.link_id = l.id AND t.stands AND t.sender IS NOT NULL AND t.says = 'same'
     ORDER BY t.round DESC, t.id LIMIT 1
  ) s ON true
 WHERE l.unit = $1 AND NOT EXISTS (
   SELECT FROM link.said o
    WHERE o.link_id = l.id AND o.stands
      AND (o.round > s.round OR o.round = s.round AND (o.sender IS NULL OR o.says = 'not-same')))`,
  },
];

const FROM = `link.said s JOIN link.person_link l ON l.id = s.link_id
    WHERE (l.first_case = $1 OR l.second_case = $1) AND s.unit = $2`;

/** Only whoever may read such words learns that there are some. Of neither case an entry says which the other is. */
const heard = (type: string, says: Says, kind: string): ReceivedEntries => ({
  of: type,
  purpose: '',
  restsOn: [],
  came: `SELECT DISTINCT sender, convention, purpose FROM link.said WHERE sender IS NOT NULL AND says = '${says}'`,
  select: `
   SELECT s.at, '${kind}', s.id::text, s.sender, NULL::int,
          jsonb_build_object('link', l.id, 'round', s.round, 'convention', s.convention, 'purpose', s.purpose), NULL::uuid
     FROM ${FROM} AND s.sender IS NOT NULL AND s.says = '${says}'`,
});

export const LINK_TIMELINE: readonly TimelineSource[] = [
  `SELECT s.at, CASE s.says WHEN 'same' THEN 'link-said' ELSE 'link-ended' END, s.id::text, NULL::text, NULL::int,
          jsonb_build_object('by', s.agent, 'agency', l.agency, 'link', l.id, 'round', s.round), NULL::uuid
     FROM ${FROM} AND s.sender IS NULL`,
  heard(PERSON_LINKED, 'same', 'link-said-by-other'),
  heard(PERSON_UNLINKED, 'not-same', 'link-ended-by-other'),
];

/** What the other said goes with a measure that it grants later, and with its term; what this agency said itself stays. */
export class SharedLinks extends SharedTables {
  protected readonly tables = [
    {
      table: 'link.said',
      sender: 'sender',
      event: 'event_id',
      caseId: 't.delivery',
      holds: 't.stands',
      emptied: 'stands = false',
      parts: { columns: {} },
    },
  ];

  constructor(agency: Agency) {
    super(agency);
  }

  protected lockCases(): Promise<void> {
    return Promise.resolve();
  }
}
