import { AGENCY, zoneOf } from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import type { Needs } from '@liaison/placement';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Places that a child fled from and that the network knows (R29), as its shelter or this unit reported. */
@Injectable()
export class PlacesKnown {
  constructor(@Inject(AGENCY) private readonly agency: Agency) {}

  /**
   * The needs, with every such place to keep away from. It holds for whoever is to be placed: whose network it is, nobody can be sure of.
   */
  async avoiding(manager: EntityManager, needs: Needs): Promise<Needs> {
    const rows = await manager.query<{ place: string }[]>(PLACES_KNOWN, [zoneOf(this.agency.departement)]);
    const named = new Set(needs.avoided.map(({ place }) => place));
    const known = rows
      .filter(({ place }) => !named.has(place))
      .map(({ place }) => ({ place, because: 'known-to-network' as const }));
    return { ...needs, avoided: [...needs.avoided, ...known] };
  }
}

/**
 * The rule asks of the place that the child fled from, not of every place that the child has had: one that it left before, or came to
 * afterwards, is as good as any. A shelter names its own. Of what this unit reported it is where the child stayed on that day; and where no
 * stay was recorded then, the place that had accepted it by then: whoever was taken there may not have been admitted on paper yet.
 */
const PLACES_KNOWN = `
WITH own AS (
  SELECT k.case_id, k.noticed_at, (k.noticed_at AT TIME ZONE $1)::date AS day
    FROM flight.known k WHERE k.place_known AND k.state <> 'voided'),
stayed AS (
  SELECT o.place_id, f.case_id, f.noticed_at FROM own f
    JOIN placement.stay s ON s.case_id = f.case_id AND s.from_day <= f.day AND coalesce(s.ended_on, f.day) >= f.day
    JOIN placement.offer o ON o.id = s.offer_id)
SELECT o.place_id AS place FROM flight.received f JOIN placement.offer o ON o.id = f.delivered_case
 WHERE f.state <> 'voided' AND f.content::jsonb ->> 'placeKnown' = 'true'
UNION
SELECT place_id FROM stayed
UNION
SELECT o.place_id FROM own f
  JOIN placement.request r ON r.case_id = f.case_id
  JOIN placement.offer o ON o.request_id = r.id AND o.state = 'accepted' AND o.answered_at <= f.noticed_at
 WHERE NOT EXISTS (SELECT FROM placement.stay s WHERE s.offer_id = o.id)
   AND NOT EXISTS (SELECT FROM stayed t WHERE t.case_id = f.case_id AND t.noticed_at = f.noticed_at)`;
