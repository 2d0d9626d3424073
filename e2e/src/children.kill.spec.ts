import {
  COMPETENCE_DECIDED,
  COMPETENCE_HANDED_OVER,
  COMPETENCE_TAKEN_OVER,
  FLIGHT_REPORTED,
  PLACEMENT_ADMITTED,
  PLACEMENT_ANSWERED,
  PLACEMENT_OFFERED,
} from '@liaison/contracts';
import { aReferral, eventually } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { query } from './books';
import { Casework, PATIENCE } from './casework';
import { dieInside, dieOnTheWay, revive } from './death';
import { orientWhoeverDies } from './orientation-line';
import { COORDINATION, type ServiceName, startSystem, type System } from './system';

const CASE_MS = 300_000;
/** Child protection of another département. */
const SECOND_ASE = 'ase-13';
const ADDRESS = { line: '3 rue des Tilleuls', postalCode: '35000', commune: 'Rennes' };
const NEEDS = {
  children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'] }],
  exploitation: ['75', '93'],
  secure: 'needed',
};
const CLAIM = {
  departement: '13',
  ground: 'residence',
  civilStatus: { declared: { familyName: 'Okafor', estimatedAge: 15, estimatedAgeBasis: ['appearance'] } },
  age: { ground: 'estimated' },
};

interface Item {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

/** What two agencies do for one child has one end on both sides, whoever dies at whichever step. */
describe('places that are held, a child who is gone, and a file that is handed over, whatever is killed', () => {
  let system: System;
  let desks: Casework;
  beforeAll(async () => {
    system = await startSystem('embedded', {
      services: ['police', 'association', 'ase', SECOND_ASE, 'partner', COORDINATION],
    });
    // Those who search.
    desks = new Casework(system, { police: 'officer-bpm' });
  }, CASE_MS);
  afterAll(() => system?.stop(), 60_000);

  const post = async <Body = Item>(
    service: ServiceName,
    path: string,
    body: object = {},
    version?: number,
    key: string = randomUUID(),
  ): Promise<Body> => {
    const { status, body: answer } = await desks.post<Body>(service, path, body, {
      key,
      ...(version !== undefined && { version }),
    });
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const rows = (service: ServiceName, sql: string, values: unknown[] = []) =>
    query<Record<string, unknown>>(system.databaseUrl(service), sql, values);
  /** What was applied of a kind, as often as it was. */
  const applied = async (service: ServiceName, type: string): Promise<number> =>
    (await rows(service, `SELECT FROM messaging.inbox WHERE type = $1 AND state = 'applied'`, [type])).length;
  const disclosed = async (service: ServiceName, type: string): Promise<number> =>
    (
      await rows(
        service,
        `SELECT FROM messaging.audit_record WHERE kind = 'disclosure' AND record::jsonb ->> 'event' = $1`,
        [type],
      )
    ).length;

  /** A child who was referred. @returns its case at child protection of Paris */
  async function refer(): Promise<string> {
    const known = new Set((await cases()).map(({ caseId }) => caseId));
    await post('association', '/v1/referrals', { content: aReferral({ prosecutor: false }) });
    return eventually(async () => {
      const item = (await cases()).find(({ caseId }) => !known.has(caseId));
      if (!item) throw new Error('it has not arrived');
      return item.caseId;
    }, PATIENCE);
  }
  const cases = () => desks.list<{ readonly caseId: string }>('ase', '/v1/received-referrals?limit=200');

  it(
    'a bed is held, accepted, declined and let go once, and both sides agree on whose it is',
    async () => {
      for (const departement of ['35', '29', '56']) {
        await post('association', '/v1/places', {
          ...{ label: 'Maison bleue', lodging: 'authorised-establishment', departement, address: ADDRESS },
          ...{ ages: { from: 12, to: 17 }, sexes: ['female'], languages: ['en'], trainedStaff: true },
          ...{ secure: true, schooling: ['school'], capacity: 1 },
        });
      }
      await eventually(async () => expect(await desks.list('ase', '/v1/places')).toHaveLength(3), PATIENCE);
      const caseId = await refer();
      const file = () => post('ase', '/v1/placement-requests', { caseId, needs: NEEDS });
      const requests = [await file(), await file(), await file()] as const;
      const offering = async ({ id, version }: Item, departement: string) => {
        const path = `/v1/placement-requests/${id}`;
        const places = await desks.list<{ place: string; departement: string }>('ase', `${path}/places`);
        const place = places.find((each) => each.departement === departement)?.place;
        return () => post('ase', `${path}/offers`, { place }, version);
      };
      const asks = await Promise.all(
        ['35', '29', '56'].map((departement, index) => offering(requests[index] as Item, departement)),
      );
      const view = async ({ id }: Item) =>
        desks.get<{
          state: string;
          offers: readonly { state: string; reason: string | null; address: unknown }[];
        }>('ase', `/v1/placement-requests/${id}`);

      // Between the request's new state and the offer: neither is there.
      await dieInside(system, 'ase', ['placement.offer'], [asks[0] as () => Promise<Item>]);
      await revive(system, 'ase');
      expect(await view(requests[0])).toMatchObject({ state: 'open', offers: [] });
      // Each offer is held in the transaction in which it arrives.
      await dieOnTheWay(system, {
        by: 'ase',
        told: 'association',
        ask: () => Promise.all(asks.map((ask) => ask())),
      });
      await eventually(async () => {
        for (const request of requests) {
          expect(await view(request)).toMatchObject({ state: 'offered', offers: [{ state: 'held' }] });
        }
      }, PATIENCE);
      expect(await applied('association', PLACEMENT_OFFERED)).toBe(3);
      expect(await applied('ase', PLACEMENT_ANSWERED)).toBe(3);
      expect(await rows('association', `SELECT state, version FROM shelter.offer`)).toEqual(
        Array(3).fill({ state: 'held', version: 1 }),
      );

      const offers = await rows(
        'association',
        'SELECT o.id, p.departement FROM shelter.offer o JOIN shelter.place p ON p.id = o.place_id',
      );
      const held = (departement: string): string =>
        String(offers.find((each) => each['departement'] === departement)?.['id']);
      const accept = () => post('association', `/v1/placement-offers/${held('35')}/accept`, {}, 1);
      const decline = () =>
        post('association', `/v1/placement-offers/${held('29')}/decline`, { reason: 'no-staff' }, 1);
      // Between the answer and what it tells: neither is there, and the bed stays held.
      await dieInside(system, 'association', ['messaging.event_document'], [accept, decline]);
      await revive(system, 'association');
      expect(await rows('association', 'SELECT DISTINCT state FROM shelter.offer')).toEqual([
        { state: 'held' },
      ]);
      await dieOnTheWay(system, {
        by: 'association',
        told: 'ase',
        ask: async () => {
          await Promise.all([accept(), decline()]);
          await rows(
            'association',
            `UPDATE shelter.offer SET answer_by = now() - interval '1 minute' WHERE id = $1`,
            [held('56')],
          );
          await eventually(async () => {
            const lapsed = await rows('association', `SELECT id FROM shelter.offer WHERE state = 'lapsed'`);
            expect(lapsed).toEqual([{ id: held('56') }]);
          }, PATIENCE);
        },
      });
      await eventually(async () => {
        expect(await view(requests[0])).toMatchObject({
          state: 'placed',
          offers: [{ state: 'accepted', address: ADDRESS }],
        });
        expect((await view(requests[1])).offers).toMatchObject([
          { state: 'declined', reason: 'no-staff', address: null },
        ]);
        expect((await view(requests[2])).offers).toMatchObject([
          { state: 'declined', reason: 'lapsed', address: null },
        ]);
        const free = await desks.list<{ departement: string; free: number }>('ase', '/v1/places');
        expect(Object.fromEntries(free.map((place) => [place.departement, place.free]))).toEqual({
          35: 0,
          29: 1,
          56: 1,
        });
      }, PATIENCE);
      expect(await applied('ase', PLACEMENT_ANSWERED)).toBe(6);
      expect(await disclosed('association', PLACEMENT_ANSWERED)).toBe(6);
      expect(
        await rows('association', `SELECT content::text FROM shelter.offer WHERE state <> 'accepted'`),
      ).toEqual([{ content: '{}' }, { content: '{}' }]);

      const admit = () => post('ase', '/v1/stays', { request: requests[0].id });
      // Between the stay and what the shelter is told of it: neither is there.
      await dieInside(system, 'ase', ['messaging.event_document'], [admit]);
      await revive(system, 'ase');
      expect(await desks.list('ase', '/v1/stays')).toEqual([]);
      await dieOnTheWay(system, { by: 'ase', told: 'association', ask: admit });
      await eventually(async () => {
        const there = await rows(
          'association',
          `SELECT id, version FROM shelter.offer WHERE state = 'admitted'`,
        );
        expect(there).toEqual([{ id: held('35'), version: 3 }]);
      }, PATIENCE);
      expect(await desks.list('ase', '/v1/stays')).toHaveLength(1);
      expect(await applied('association', PLACEMENT_ADMITTED)).toBe(1);
      expect(await disclosed('ase', PLACEMENT_ADMITTED)).toBe(1);
    },
    CASE_MS,
  );

  it(
    'that a child is gone is known to the shelter, the police and child protection, or to nobody; to each once',
    async () => {
      const [offer] = await rows('association', `SELECT id FROM shelter.offer WHERE state = 'admitted'`);
      const at = new Date(Date.now() - 60_000).toISOString();
      const content = { noticedAt: at, lastSeen: { departement: '75', at }, clothing: 'Grey hooded coat' };
      const report = () => post('association', '/v1/flights', { subject: offer?.['id'], content });
      // Between the flight and what it tells: neither is there, and the unit can report it.
      await dieInside(system, 'association', ['messaging.event_document'], [report]);
      await revive(system, 'association');
      expect(await desks.list('association', '/v1/flights')).toEqual([]);
      await dieOnTheWay(system, { by: 'association', told: 'police', ask: report });
      const heard = ['police', 'ase'] as const;
      await eventually(async () => {
        for (const service of heard) {
          expect(await desks.list<Item>(service, '/v1/received-flights')).toMatchObject([{ state: 'gone' }]);
        }
      }, PATIENCE);
      for (const service of heard) expect(await applied(service, FLIGHT_REPORTED)).toBe(1);
      expect(await disclosed('association', FLIGHT_REPORTED)).toBe(2);
      const [searched] = await desks.list<Item>('police', '/v1/received-flights');
      await post('police', `/v1/received-flights/${searched?.id}/acknowledge`, {}, searched?.version ?? 0);
      const [flight] = await desks.list<Item>('association', '/v1/flights');
      await eventually(async () => {
        const { told } = await desks.get<{ told: readonly object[] }>(
          'association',
          `/v1/flights/${flight?.id}`,
        );
        expect(told).toMatchObject([
          { agency: 'ase-75', acknowledgedAt: null },
          { agency: 'police-75', acknowledgedAt: expect.any(String) },
        ]);
      }, PATIENCE);
    },
    CASE_MS,
  );

  it(
    'a conflict of competence is decided, the file handed over and the child taken over once; both can read at every moment',
    async () => {
      const caseId = await refer();
      const conflicts = '/v1/competence-conflicts';
      const claims = '/v1/competence-claims';
      const arbitrations = '/v1/competence-arbitrations';
      const conflict = await post('ase', conflicts, { caseId, content: CLAIM });
      const own = () => desks.get<Item>('ase', `${conflicts}/${conflict.id}`);
      const theirs = async (state: string): Promise<Item> =>
        eventually(async () => {
          const [item] = await desks.list<Item>(SECOND_ASE, `${claims}?state=${state}`);
          if (!item) throw new Error(`it is not ${state}`);
          return item;
        }, PATIENCE);
      const ownIn = (state: string): Promise<Item> =>
        eventually(async () => {
          const item = await own();
          expect(item.state).toBe(state);
          return item;
        }, PATIENCE);
      const claim = await theirs('received');
      await post(
        SECOND_ASE,
        `${claims}/${claim.id}/answer`,
        { answer: 'refused', ground: 'offence' },
        claim.version,
      );
      const { version } = await ownIn('in-conflict');
      await post('ase', `${conflicts}/${conflict.id}/escalate`, {}, version);
      const question = await eventually(async () => {
        const [item] = await desks.list<Item>('partner', `${arbitrations}?state=open`);
        if (!item) throw new Error('the parquet has not been asked');
        return item;
      }, PATIENCE);

      const decide = () =>
        post('partner', `${arbitrations}/${question.id}/decide`, { departement: '13' }, question.version);
      // Between the decision and what it tells: neither is there.
      await dieInside(system, 'partner', ['messaging.event_document'], [decide]);
      await revive(system, 'partner');
      expect((await own()).state).toBe('in-conflict');
      await dieOnTheWay(system, { by: 'partner', told: 'ase', ask: decide });
      const decided = await ownIn('decided');
      await theirs('decided');
      expect(await applied('ase', COMPETENCE_DECIDED)).toBe(1);
      expect(await disclosed('partner', COMPETENCE_DECIDED)).toBe(1);
      // Once to the other département: whoever decided knows.
      expect(await disclosed('ase', COMPETENCE_DECIDED)).toBe(1);

      const readable = async (): Promise<void> => {
        await desks.get('ase', `/v1/cases/${caseId}/timeline`);
        await desks.get(SECOND_ASE, `${claims}/${claim.id}`);
      };
      const handOver = () => post('ase', `${conflicts}/${conflict.id}/hand-over`, {}, decided.version);
      await dieInside(system, 'ase', ['messaging.event_document'], [handOver]);
      await revive(system, 'ase');
      expect(await own()).toMatchObject({ state: 'decided', version: decided.version });
      await readable();
      await dieOnTheWay(system, { by: 'ase', told: SECOND_ASE, ask: handOver });
      const received = await theirs('file-received');
      await readable();
      const file = await desks.get<{ file: { referrals: readonly object[] } }>(
        SECOND_ASE,
        `${claims}/${received.id}`,
      );
      expect(file.file.referrals).toHaveLength(1);
      expect(await applied(SECOND_ASE, COMPETENCE_HANDED_OVER)).toBe(1);
      expect(await disclosed('ase', COMPETENCE_HANDED_OVER)).toBe(1);

      const takeOver = () => post(SECOND_ASE, `${claims}/${received.id}/take-over`, {}, received.version);
      await dieInside(system, SECOND_ASE, ['messaging.event_document'], [takeOver]);
      await revive(system, SECOND_ASE);
      // Whoever sheltered the child goes on until the other has taken it over.
      expect((await own()).state).toBe('handed-over');
      await dieOnTheWay(system, { by: SECOND_ASE, told: 'ase', ask: takeOver });
      await ownIn('taken-over');
      await theirs('taken-over');
      await readable();
      expect(await applied('ase', COMPETENCE_TAKEN_OVER)).toBe(1);
    },
    CASE_MS,
  );

  it(
    'an adult is asked a place for, proposed one and named to whoever takes them in, once',
    () => orientWhoeverDies(system, desks),
    CASE_MS,
  );
});
