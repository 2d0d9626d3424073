import type { Needs } from '@liaison/placement';
import type { EntityManager } from 'typeorm';

/**
 * The needs, with every place to keep away from because a child fled from there and the network knows it (R29): reported by its
 * shelter, or by this unit. It holds for whoever is to be placed: whose network it is, nobody can be sure of.
 */
export async function avoidingPlacesKnown(manager: EntityManager, needs: Needs): Promise<Needs> {
  const rows = await manager.query<{ place: string }[]>(PLACES_KNOWN);
  const named = new Set(needs.avoided.map(({ place }) => place));
  const known = rows
    .filter(({ place }) => !named.has(place))
    .map(({ place }) => ({ place, because: 'known-to-network' as const }));
  return { ...needs, avoided: [...needs.avoided, ...known] };
}

const PLACES_KNOWN = `
SELECT o.place_id AS place FROM flight.received f JOIN placement.offer o ON o.id = f.delivered_case
 WHERE f.state <> 'voided' AND f.content::jsonb ->> 'placeKnown' = 'true'
UNION
SELECT o.place_id FROM flight.known k
  JOIN placement.request r ON r.case_id = k.case_id
  JOIN placement.offer o ON o.request_id = r.id AND o.state = 'accepted'
 WHERE k.place_known AND k.state <> 'voided'
UNION
SELECT o.place_id FROM flight.known k
  JOIN placement.stay s ON s.case_id = k.case_id AND s.from_day <= k.noticed_at::date
   AND coalesce(s.ended_at, k.noticed_at) >= k.noticed_at
  JOIN placement.offer o ON o.id = s.offer_id
 WHERE k.place_known AND k.state <> 'voided'`;
