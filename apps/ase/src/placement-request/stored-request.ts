import type { PlacementOfferedV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  evolveRequest,
  type Needs,
  type Place,
  type PlacementRequest,
  type RequestEvent,
} from '@liaison/placement';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { PlaceRow } from '../place/place.entity';
import { OfferRow, RequestRow } from './placement-request.entity';

export interface StoredRequest {
  readonly row: RequestRow;
  /** In the order in which they were made. */
  readonly offers: readonly OfferRow[];
  readonly request: PlacementRequest;
}

/** @throws AppError `placement-request-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getRequest(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'for_no_key_update',
): Promise<StoredRequest> {
  const row = await manager.findOne(RequestRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw new AppError('placement-request-not-found', 'Your unit has no such placement request.');
  return withOffers(manager, row);
}

export async function withOffers(manager: EntityManager, row: RequestRow): Promise<StoredRequest> {
  const offers = await manager.find(OfferRow, { where: { requestId: row.id }, order: { id: 'ASC' } });
  return { row, offers, request: requestOf(row, offers) };
}

/** As decisions see it. */
const requestOf = (
  { version, state, cameOfAgeAt, adultAgrees }: RequestRow,
  offers: readonly OfferRow[],
): PlacementRequest => ({
  version,
  state,
  ...(cameOfAgeAt !== null && { ofAge: true }),
  ...(adultAgrees !== null && { agrees: adultAgrees }),
  offers: offers.map(({ id, placeId, state: of, ordered, contradicts }) => ({
    ...{ id, ordered, contradicts },
    place: placeId,
    state: of,
  })),
});

/**
 * Writes what an event changes, but neither a new offer nor when somebody came of age. Where a place is stays only while a child is to be
 * taken there.
 */
export async function storeEvent(
  manager: EntityManager,
  { row, offers, request }: StoredRequest,
  event: RequestEvent,
): Promise<PlacementRequest> {
  const next = evolveRequest(request, event);
  for (const { id, state } of next.offers) {
    const before = offers.find((offer) => offer.id === id);
    if (!before || before.state === state) continue;
    const over = state === 'declined' || state === 'withdrawn';
    await manager.update(OfferRow, id, { state, ...(over && { address: null, withheld: null }) });
  }
  await manager.update(RequestRow, row.id, { state: next.state, version: next.version });
  return next;
}

export const placeOf = (row: PlaceRow): Place => ({
  id: row.id,
  lodging: row.lodging,
  departement: row.departement,
  free: row.free,
  ages: { from: row.agesFrom, to: row.agesTo },
  sexes: row.sexes,
  languages: row.languages,
  trainedStaff: row.trainedStaff,
  secure: row.secure,
  schooling: row.schooling,
});

/** What a shelter may be told of the needs, and what only this agency reads of them. */
export const documentOf = ({
  children,
  secure,
  exploitation,
}: Needs): Pick<PlacementOfferedV1, 'children' | 'secure' | 'exploitation'> => ({
  children: children.map(({ ages, sex, languages, schooling }) => ({
    ages: { ...ages },
    sex,
    languages: [...languages],
    ...(schooling && { schooling }),
  })),
  secure,
  ...(exploitation.length > 0 && { exploitation: { departements: [...exploitation] } }),
});
