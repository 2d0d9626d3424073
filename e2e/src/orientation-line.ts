import {
  ORIENTATION_PERSON_NAMED,
  ORIENTATION_PROPOSED,
  ORIENTATION_REQUESTED,
  PLACEMENT_ANSWERED,
} from '@liaison/contracts';
import { eventually } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { query } from './books';
import { type Casework, PATIENCE } from './casework';
import { dieInside, dieOnTheWay, revive } from './death';
import { COORDINATION, type ServiceName, type System } from './system';

const DAY = '2026-01-12';
const HOUSE = {
  ...{ label: 'Maison claire', departement: '35', sexes: ['female'], languages: ['en'], capacity: 1 },
  address: { line: '8 allée des Aubépines', postalCode: '35000', commune: 'Rennes' },
  ...{ emergency: false, takesFromPolice: false },
};
const REQUEST = {
  birthDate: `${new Date().getUTCFullYear() - 22}-01-01`,
  departement: '75',
  content: {
    needs: { sex: 'female', languages: ['en'], needs: ['women-only'], children: 0 },
    nationality: 'NG',
    exploitation: { departements: ['75', '77'] },
    ...{ endangered: true, needsDistance: true, procedureOpen: true },
    consent: { form: 'written', on: DAY, language: 'en', explainedBy: 'caseworker' },
    commune: '75110',
  },
};
const AGREES = { scope: 'shelter', form: 'written', on: DAY, language: 'en', capacity: 'caseworker' };
const NAME = { declared: { familyName: 'Ehigiator', givenNames: ['Osarugue'], birthDate: '2003-04-05' } };

interface Item {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

/**
 * The police ask the coordination for a place for an adult, it proposes one to a shelter, which accepts and learns who comes: whoever tells
 * or is told dies at each step, and all three say the same in the end. How a shelter's answer survives is shown of children's beds.
 */
export async function orientWhoeverDies(system: System, desks: Casework): Promise<void> {
  const post = async (service: ServiceName, path: string, body: object = {}, version = 1): Promise<Item> => {
    const { status, body: answer } = await desks.post<Item>(service, path, body, {
      key: randomUUID(),
      version,
    });
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const count = async (service: ServiceName, sql: string, values: readonly string[]): Promise<number> =>
    (await query(system.databaseUrl(service), sql, [...values])).length;
  /** Neither more nor less often, of which whoever told has as many records. */
  const told = async (by: ServiceName, to: ServiceName, type: string, times = 1): Promise<void> => {
    const [source, counterpart] = [system.service(by).agencyId, system.service(to).agencyId];
    const applied = await count(to, APPLIED, [type, source]);
    expect([applied, await count(by, DISCLOSED, [type, counterpart])]).toEqual([times, times]);
  };
  const only = (service: ServiceName, path: string, state: string): Promise<Item> =>
    eventually(async () => {
      const items = await desks.list<Item>(service, path);
      expect(items).toMatchObject([{ state }]);
      return items[0] as Item;
    }, PATIENCE);
  /** Of the request, as the coordination has it by now. */
  const coordinate = async (verb: string, body: object = {}): Promise<Item> => {
    const [request] = await desks.list<Item>(COORDINATION, '/v1/orientations');
    return post(COORDINATION, `/v1/orientations/${request?.id}/${verb}`, body, request?.version);
  };
  const proposals = async (): Promise<readonly Item[]> => {
    const [request] = await desks.list<Item>(COORDINATION, '/v1/orientations');
    const path = `/v1/orientations/${request?.id}`;
    return (await desks.get<{ proposals: readonly Item[] }>(COORDINATION, path)).proposals;
  };

  await post('association', '/v1/adult-places', HOUSE);
  const place = await eventually(async () => {
    const [found] = await desks.list<Item>(COORDINATION, '/v1/network-places');
    if (!found) throw new Error('it has not arrived');
    return found.id;
  }, PATIENCE);

  const ask = () => post('police', '/v1/orientation-requests', REQUEST);
  // Between what it tells and the request: neither is there, nor leaves.
  await dieInside(system, 'police', ['orientation.asked'], [ask]);
  await revive(system, 'police');
  expect(await desks.list('police', '/v1/orientation-requests')).toEqual([]);
  await dieOnTheWay(system, { by: 'police', told: COORDINATION, ask });
  await only(COORDINATION, '/v1/orientations', 'asked');
  await told('police', COORDINATION, ORIENTATION_REQUESTED);

  await coordinate('evaluate', { eligible: true, age: 22, nationality: 'NG' });
  const propose = () => coordinate('proposals', { place });
  // Between the shelter that is asked and the proposal: neither is there, and no bed is held.
  await dieInside(system, COORDINATION, ['orientation.proposal'], [propose]);
  await revive(system, COORDINATION);
  expect(await proposals()).toEqual([]);
  await dieOnTheWay(system, { by: COORDINATION, told: 'association', ask: propose });
  const held = await only('association', '/v1/adult-proposals', 'held');
  await told(COORDINATION, 'association', ORIENTATION_PROPOSED);

  await post('association', `/v1/adult-proposals/${held.id}/accept`, {}, held.version);
  await eventually(async () => {
    expect(await proposals()).toMatchObject([{ state: 'place-accepted' }]);
  }, PATIENCE);
  // That it was held, then that it was accepted.
  await told('association', COORDINATION, PLACEMENT_ANSWERED, 2);

  await coordinate('consents', AGREES);
  const [accepted] = await proposals();
  const accepts = `proposals/${accepted?.id}/person-accepts`;
  await dieOnTheWay(system, {
    by: COORDINATION,
    told: 'association',
    ask: () => coordinate(accepts, { civilStatus: NAME }),
  });
  await eventually(async () => {
    const path = `/v1/adult-proposals/${held.id}`;
    const { person } = await desks.get<{ person: { civilStatus: object } | null }>('association', path);
    expect(person?.civilStatus).toEqual(NAME);
  }, PATIENCE);
  await told(COORDINATION, 'association', ORIENTATION_PERSON_NAMED);
  // Whoever asked learns how far it has come, and never where.
  const [asked] = await desks.list<Item & { step: string }>('police', '/v1/orientation-requests');
  expect(JSON.stringify(await desks.get('police', `/v1/orientation-requests/${asked?.id}`))).not.toMatch(
    /Aubépines|Rennes|asso-refuge/,
  );
}

const APPLIED = `SELECT FROM messaging.inbox WHERE type = $1 AND source = $2 AND state = 'applied'`;
const DISCLOSED = `
SELECT FROM messaging.audit_record
 WHERE kind = 'disclosure' AND record::jsonb ->> 'event' = $1 AND record::jsonb ->> 'counterpart' = $2`;
