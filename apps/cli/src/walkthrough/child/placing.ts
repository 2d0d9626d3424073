import type { Page } from '../answers';
import type { Caller } from '../caller';
import { claim, claimEqual, claimPresent } from '../claim';
import { pollFor } from '../poll';
import { act, type Acted } from '../act';
import type { ChildCast } from './child-cast';
import { FAR_HOUSE, NEAR_HOUSE, NEEDS } from './child-story';

/** A place with why it fits or not. */
export interface Ranked {
  readonly place: string;
  readonly departement: string;
  readonly distanceKm: number | null;
  readonly fits: boolean;
  readonly reasons: readonly {
    readonly criterion: string;
    readonly outcome: string;
    readonly rule: string | null;
  }[];
}

interface Offer {
  readonly id: string;
  readonly state: string;
  readonly address: object | null;
}

export interface Placing {
  /** By which the shelter took the children in. */
  readonly offer: string;
  /** What was declared here, as child protection sees it: the best first. */
  readonly ranked: readonly Ranked[];
  /** What the shelter read before it accepted. */
  readonly read: object;
  readonly withheld: readonly string[];
  /** Where the children go: to whoever takes them there. */
  readonly address: object;
}

const REQUESTS = '/v1/placement-requests';
const OFFERS = '/v1/placement-offers';

/** Two beds together, far from the network: asked for without a name, accepted, and only then known where. */
export async function placeTheChildren({ ase, shelter }: ChildCast, caseId: string): Promise<Placing> {
  const known = new Set((await openPlaces(ase)).map(({ id }) => id));
  for (const house of [FAR_HOUSE, NEAR_HOUSE]) await act(shelter, '/v1/places', { body: house, status: 201 });
  await pollFor('child protection knows both places', async () => {
    const fresh = (await openPlaces(ase)).filter(({ id }) => !known.has(id));
    return fresh.length === 2 ? fresh : undefined;
  });
  const request = await act(ase, REQUESTS, { body: { caseId, needs: NEEDS }, status: 201 });
  const { items } = await ase.get<Page<Ranked>>(`${REQUESTS}/${request.id}/places`);
  const ranked = items.filter(({ place }) => !known.has(place));
  const [best, other] = ranked;
  claim(
    best?.departement === FAR_HOUSE.departement && best.fits && other?.fits === false,
    'the place far away fits, the one where the network is does not',
    ranked.map(({ departement, fits }) => ({ departement, fits })),
  );
  const { version } = request;
  await act(ase, `${REQUESTS}/${request.id}/offers`, { version, body: { place: best.place } });
  const held = await offerIn(ase, request.id, 'held');
  claimEqual(held.address, null, 'a place that is held does not say where it is');
  const { offer, read, withheld } = await accept(shelter);
  const { address } = await offerIn(ase, request.id, 'accepted');
  claimEqual(address, FAR_HOUSE.address, 'whoever takes the children there learns where');
  return {
    offer,
    ranked,
    read,
    withheld,
    address: claimPresent(address, 'the accepted place has an address'),
  };
}

async function accept(shelter: Caller): Promise<Pick<Placing, 'offer' | 'read' | 'withheld'>> {
  const { items } = await shelter.get<Page<Acted>>(`${OFFERS}?state=held&limit=1`);
  const { id, version } = claimPresent(items[0], 'the shelter has the offer');
  const { content, withheld } = await shelter.get<{ content: object; withheld: readonly string[] }>(
    `${OFFERS}/${id}`,
  );
  const said = JSON.stringify(content);
  claim(!/Okoro|Mercy|Joy/.test(said), 'before it accepts the shelter reads no name');
  await act(shelter, `${OFFERS}/${id}/accept`, { version });
  return { offer: id, read: content, withheld };
}

const openPlaces = async (ase: Caller): Promise<readonly { readonly id: string }[]> =>
  (await ase.get<Page<{ id: string }>>('/v1/places?limit=100')).items;

async function offerIn(ase: Caller, request: string, state: string): Promise<Offer> {
  const { value } = await pollFor(`child protection sees that the place is ${state}`, async () => {
    const { offers } = await ase.get<{ offers: readonly Offer[] }>(`${REQUESTS}/${request}`);
    return offers.find((offer) => offer.state === state);
  });
  return value;
}
