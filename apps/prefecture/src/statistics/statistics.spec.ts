import { type AgencyWorld, startAgencyWorld, type TestService } from '@liaison/testing';
import fc from 'fast-check';
import type { Agent } from 'supertest';
import { decide, evolve, type Ground } from '../permit/permit';
import { PREFECTURE } from '../service';
import {
  APPLICATIONS,
  type Granted,
  KINDS,
  permitTable,
  releasedTable,
  SMALLEST_RELEASED,
} from './permit-table';

/** Report S2 (3.4): first and renewal, by year. */
const S2 = {
  resident: { 2011: [1, 14], 2012: [5, 13], 2013: [2, 11] },
  temporary: { 2011: [32, 136], 2012: [35, 148], 2013: [41, 144] },
} as const;
const YEARS = [2011, 2012, 2013] as const;
const line = (first: number | null, renewal: number | null, total: number | null) => ({
  first,
  renewal,
  total,
});
const EXACT = [
  { year: 2011, resident: line(1, 14, 15), temporary: line(32, 136, 168), total: line(33, 150, 183) },
  { year: 2012, resident: line(5, 13, 18), temporary: line(35, 148, 183), total: line(40, 161, 201) },
  { year: 2013, resident: line(2, 11, 13), temporary: line(41, 144, 185), total: line(43, 155, 198) },
];
const RELEASED = [
  { year: 2011, resident: line(null, 14, null), temporary: line(32, 136, 168), total: line(null, 150, null) },
  { year: 2012, resident: line(null, 13, null), temporary: line(35, 148, 183), total: line(null, 161, null) },
  { year: 2013, resident: line(null, 11, null), temporary: line(41, 144, 185), total: line(null, 155, null) },
];

describe('the table of permits for others', () => {
  const count = fc.oneof(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 300 }));
  const counts = fc.tuple(count, count, count, count);
  const small = fc.integer({ min: 0, max: SMALLEST_RELEASED - 1 });
  const tableOf = (cells: readonly number[]) => {
    const granted = KINDS.flatMap((kind, row) =>
      APPLICATIONS.map((application, column): Granted => ({
        year: 2013,
        kind,
        renewal: application === 'renewal',
        count: cells[2 * row + column] ?? 0,
      })),
    );
    return permitTable(granted, 2013, 2013);
  };

  it('is the same whatever the hidden counts are: nothing that is shown depends on them', () => {
    fc.assert(
      fc.property(counts, fc.tuple(small, small, small, small), (cells, others) => {
        const replaced = cells.map((cell, index) => (cell < SMALLEST_RELEASED ? (others[index] ?? 0) : cell));
        expect(releasedTable(tableOf(replaced))).toEqual(releasedTable(tableOf(cells)));
      }),
    );
  });

  it('shows every count of eleven or more, and no smaller figure', () => {
    fc.assert(
      fc.property(counts, (cells) => {
        const [released] = releasedTable(tableOf(cells));
        const shown = KINDS.flatMap((kind) =>
          APPLICATIONS.map((application) => released?.[kind][application]),
        );
        expect(shown).toEqual(cells.map((cell) => (cell >= SMALLEST_RELEASED ? cell : null)));
        const figures = [released?.resident, released?.temporary, released?.total].flatMap((it) => [
          ...Object.values(it ?? {}),
        ]);
        expect(figures.every((figure) => figure === null || figure >= SMALLEST_RELEASED)).toBe(true);
      }),
    );
  });
});

describe('the statistics of permits, from the records', () => {
  let world: AgencyWorld;
  let prefecture: TestService;
  let supervisor: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    supervisor = await prefecture.as({ unit: 'desk', roles: ['supervisor'] });
    const rows = YEARS.flatMap((year) =>
      KINDS.flatMap((kind) =>
        APPLICATIONS.flatMap((application, index) =>
          Array.from({ length: S2[kind][year][index] ?? 0 }, (_, place) =>
            aGrantedPermit({
              unit: place % 2 === 0 ? 'desk' : 'other',
              ground: kind === 'resident' ? 'final-conviction' : 'cooperation',
              renewal: application === 'renewal',
              // Spread over the year, its last day included.
              day: place === 0 ? `${year}-12-31` : `${year}-${String((place % 12) + 1).padStart(2, '0')}-01`,
            }),
          ),
        ),
      ),
    );
    await insert(rows);
  });
  afterAll(() => world.stop());

  const insert = (rows: readonly object[]) => prefecture.database.owner.query(INSERT, [JSON.stringify(rows)]);
  const get = (path: string, as = supervisor, query: object = { from: 2011, to: 2013 }) =>
    as.get(`/v1/statistics/permits${path}`).query(query);

  it('are the table of report S2, exact inside the préfecture', async () => {
    expect((await get('').expect(200)).body).toEqual({ years: EXACT });
  });

  it('are released without the small counts, nor sums that would give them back', async () => {
    expect((await get('/released').expect(200)).body).toEqual({ smallestReleased: 11, years: RELEASED });
  });

  it('are released once: what is recorded later changes no table that is out', async () => {
    await get('/released').expect(200);
    await insert([
      aGrantedPermit({ unit: 'desk', ground: 'cooperation', renewal: false, day: '2013-06-01' }),
    ]);
    expect((await get('/released').expect(200)).body.years).toEqual(RELEASED);
    const { body } = await get('', supervisor, { from: 2013, to: 2013 }).expect(200);
    expect(body.years[0].temporary.first).toBe(42);
  });

  it('are released for years that are over', async () => {
    const year = new Date().getUTCFullYear();
    const { body } = await get('/released', supervisor, { from: 2013, to: year }).expect(422);
    expect(body).toMatchObject({ code: 'year-not-over' });
  });

  it.each([
    [{ from: 2013, to: 2011 }, 422],
    [{ from: 2000, to: 2020 }, 422],
    [{ from: 2011 }, 400],
    [{ from: 'x', to: 2013 }, 400],
    [{ from: 2011, to: 2013, kind: 'resident' }, 400],
  ])('refuse %j', async (query, status) => {
    await get('', supervisor, query).expect(status);
  });

  it('are for the préfecture’s desk, the release for who answers for it', async () => {
    const [desk, caseworker, stranger] = await Promise.all([
      prefecture.as({ unit: 'desk', roles: ['desk'] }),
      prefecture.as({ unit: 'desk', roles: ['caseworker', 'operator', 'dpo'] }),
      prefecture.as({ unit: 'desk', roles: ['supervisor'], agency: 'prefecture-13' }),
    ]);
    await get('', desk).expect(200);
    await get('/released', desk).expect(403);
    for (const path of ['', '/released']) {
      await get(path, caseworker).expect(403);
      await get(path, stranger).expect(403);
      await get(path, prefecture.anonymous()).expect(401);
    }
  });
});

/** As the service records it, of an invented person. */
function aGrantedPermit({
  unit,
  ground,
  renewal,
  day,
}: {
  unit: string;
  ground: Ground;
  renewal: boolean;
  day: string;
}) {
  const on = { on: day, today: day };
  const lodged = evolve(undefined, decide(undefined, { ...on, type: 'lodge', ground, renewal }));
  const record = evolve(lodged, decide(lodged, { ...on, type: 'grant' }));
  const kind = ground === 'final-conviction' ? 'resident' : 'temporary';
  return { unit, ground, kind, renewal, day, until: record.granted?.until, version: record.version, record };
}

const INSERT = `
INSERT INTO prefecture.residence_permit
  (id, unit, holder, ground, kind, renewal, lodged_on, lodged_by, situation, state, version, granted_on, valid_until, record)
SELECT gen_random_uuid(), r.unit, '{"familyName":"Invented"}', r.ground, r.kind, r.renewal, r.day, 'generated', '{}',
       'granted', r.version, r.day, r.until, r.record
  FROM json_to_recordset($1::json)
    AS r (unit text, ground text, kind text, renewal boolean, day date, until date, version int, record json)`;
