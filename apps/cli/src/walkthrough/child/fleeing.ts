import type { Page } from '../answers';
import type { Caller } from '../caller';
import { claim, claimEqual } from '../claim';
import { pollFor } from '../poll';
import { act, type Acted } from '../act';
import type { ChildCast } from './child-cast';
import { FAR_HOUSE, flightAt, FOUND_IN } from './child-story';

interface Told {
  readonly agency: string;
  readonly duty: string;
  readonly acknowledgedAt?: string | null;
}

interface ReceivedFlight extends Acted {
  readonly content: object;
}

export interface Fleeing {
  readonly told: readonly Told[];
  /** What the police search with. */
  readonly read: object;
  /** How it ended at each that was told. */
  readonly ended: readonly string[];
}

const FLIGHTS = '/v1/flights';
const RECEIVED = '/v1/received-flights';

/**
 * The elder is gone at night: her shelter says so in one call, and whoever searches and whoever is in charge of her learn it
 * at once, neither of them where she was lodged; the shelter sees that the police have taken note. Child protection and
 * the shelter learn from the police that she is found.
 * @param offer by which the shelter took the children in
 */
export async function searchForHer({ shelter, searchers, ase }: ChildCast, offer: string): Promise<Fleeing> {
  const [atPolice, atAse] = [await flightsAt(searchers), await flightsAt(ase)];
  const reported = await act<Acted & { told: readonly Told[] }>(shelter, FLIGHTS, {
    body: { subject: offer, content: flightAt(new Date()) },
  });
  claimEqual(
    reported.told.map(({ agency }) => agency),
    ['police-75', 'ase-75'],
    'the police and child protection are told at once',
  );
  const [search, known] = [await arrived(searchers, atPolice), await arrived(ase, atAse)];
  const said = JSON.stringify([search, known]);
  const secrets = [FAR_HOUSE.label, ...Object.values(FAR_HOUSE.address)];
  claim(
    secrets.every((secret) => !said.includes(secret)),
    'whoever searches does not learn where she was lodged',
  );
  const noted = await act(searchers, `${RECEIVED}/${search.id}/acknowledge`, { version: search.version });
  await pollFor('the shelter sees that the police have taken note', async () => {
    const { told } = await shelter.get<{ told: readonly Told[] }>(`${FLIGHTS}/${reported.id}`);
    return told.find(({ agency, acknowledgedAt }) => agency === 'police-75' && acknowledgedAt);
  });
  await act(searchers, `${RECEIVED}/${search.id}/found`, {
    version: noted.version,
    body: { at: new Date().toISOString(), departement: FOUND_IN },
  });
  const ended = [
    await foundAt(shelter, `${FLIGHTS}/${reported.id}`),
    await foundAt(searchers, `${RECEIVED}/${search.id}`),
    await foundAt(ase, `${RECEIVED}/${known.id}`),
  ];
  return { told: reported.told, read: search.content, ended };
}

const listOf = async (caller: Caller): Promise<readonly Acted[]> =>
  (await caller.get<Page<Acted>>(`${RECEIVED}?limit=100`)).items;

const flightsAt = async (caller: Caller): Promise<ReadonlySet<string>> =>
  new Set((await listOf(caller)).map(({ id }) => id));

async function arrived(caller: Caller, known: ReadonlySet<string>): Promise<ReceivedFlight> {
  const { value } = await pollFor(`${caller.account} learns that she is gone`, async () =>
    (await listOf(caller)).find(({ id }) => !known.has(id)),
  );
  return caller.get<ReceivedFlight>(`${RECEIVED}/${value.id}`);
}

async function foundAt(caller: Caller, path: string): Promise<string> {
  const { value } = await pollFor(`${caller.account} learns that she is found`, async () => {
    const { state } = await caller.get<Acted>(path);
    return state === 'found' ? state : undefined;
  });
  return value;
}
