import {
  AGENCY_MIGRATIONS,
  PARTNER_ANSWER_ENTITIES,
  ReceivedNotice,
  REFERRAL_ENTITIES,
} from '@liaison/casework';
import {
  type AgencyDatabase,
  caseworkRows,
  createAgencyDatabase,
  onlyAllowed,
  OPEN_IN_EVERY_AGENCY,
  outcomesAs,
  partnerAnswerRows,
  receivedNoticeRows,
  referralRows,
  rowsSeen,
  tablesWithoutRowSecurity,
  testPostgres,
  type TestPostgres,
} from '@liaison/testing';
import { ArbitrationRow } from './arbitration/arbitration.entity';
import { MadeOrderRow } from './placement-order/placement-order.entity';
import { PARTNER } from './service';

const ASKED = `INSERT INTO arbitration.asked
  (id, unit, case_id, sender, conflict, event_id, received_at, purpose, convention, level, sheltering, claimed, content,
   decide_by, state, version)
  VALUES (gen_random_uuid(), 'mineurs', gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), now(), 'p', 'c@1',
          'departmental', '75', '13', '{}', now(), 'open', 1)`;

const ORDER = `INSERT INTO placement_order.made
  VALUES (gen_random_uuid(), gen_random_uuid(), 'mineurs', 'a', now(), 'ase-75', 'juge-des-enfants', '2026-03-10', NULL, '35', NULL)`;

/** What a partner has of its own; the tables of referrals and of answers are tried at an association. */
describe('the database of a partner', () => {
  const AGENCY = 'parquet-75';
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createAgencyDatabase(
      server,
      [...AGENCY_MIGRATIONS, ...PARTNER.migrations],
      [...REFERRAL_ENTITIES, ...PARTNER_ANSWER_ENTITIES, ReceivedNotice, ArbitrationRow, MadeOrderRow],
    );
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  it('is what the entities say', async () => {
    const { upQueries } = await database.owner.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  const TRIES = {
    'be asked to decide': ASKED,
    'read what is asked': 'SELECT * FROM arbitration.asked',
    'decide it': `UPDATE arbitration.asked
                     SET state = 'decided', version = 2, competent = '13', answered_at = now(), answered_by = 'a'`,
    'change between whom': "UPDATE arbitration.asked SET claimed = '93'",
    'ask in another name': "UPDATE arbitration.asked SET sender = 'other'",
    'delete what is asked': 'DELETE FROM arbitration.asked',
    'order a placement': ORDER,
    'read an order': 'SELECT * FROM placement_order.made',
    'lift an order':
      "UPDATE placement_order.made SET state = 'lifted', version = 2, lifted_by = 'procureur', lifted_on = '2026-12-01', lifted_at = now(), lift_author = 'a'",
    'learn what followed from an order':
      "UPDATE placement_order.made SET version = 3, obstacle = 'child-gone', answered_at = now()",
    'change an order': "UPDATE placement_order.made SET departement = '13'",
    'delete an order': 'DELETE FROM placement_order.made',
  };

  it.each([
    ['serve', ['read what is asked', 'decide it', 'order a placement', 'read an order', 'lift an order']],
    [
      'ingest',
      [
        'be asked to decide',
        'read what is asked',
        'decide it',
        'change between whom',
        'read an order',
        'learn what followed from an order',
      ],
    ],
  ] as const)('%s may do what it needs and nothing else', async (role, allowed: readonly string[]) => {
    const reader = role === 'serve' ? { agency: AGENCY, unit: 'mineurs', roles: ['caseworker'] } : undefined;
    expect(await outcomesAs(database[role], TRIES, reader)).toEqual(onlyAllowed(TRIES, allowed));
  });

  describe('row security, the second barrier', () => {
    beforeAll(async () => {
      const CASE = `INSERT INTO messaging.cases (id, unit, created_at) VALUES (gen_random_uuid(), 'mineurs', now())`;
      const DOCUMENT = `INSERT INTO messaging.event_document
        VALUES (gen_random_uuid(), 1, 't', '{}', 'p', 'mineurs', NULL, gen_random_uuid(), NULL, now())`;
      const rows = [
        caseworkRows('mineurs'),
        referralRows('mineurs'),
        partnerAnswerRows('mineurs'),
        receivedNoticeRows('mineurs'),
        ASKED,
        ORDER,
      ];
      for (const sql of [CASE, DOCUMENT, ...rows]) await database.owner.query(sql);
    });

    it('leaves open only tables that hold nothing about a person', async () => {
      expect(await tablesWithoutRowSecurity(database)).toEqual([...OPEN_IN_EVERY_AGENCY]);
    });

    it.each([
      ['nobody is named', undefined],
      ['another unit reads', { agency: AGENCY, unit: 'other', roles: ['supervisor'] }],
      ['an operator reads', { agency: AGENCY, unit: 'mineurs', roles: ['operator'] }],
    ])('shows nothing where %s, whatever the query forgot', async (_, reader) => {
      const seen = await rowsSeen(database, reader);
      expect(Object.entries(seen).filter(([, rows]) => rows > 0)).toEqual([]);
    });

    it('shows the unit its own', async () => {
      const seen = await rowsSeen(database, { agency: AGENCY, unit: 'mineurs', roles: ['supervisor'] });
      expect(Object.entries(seen).filter(([, rows]) => rows === 0)).toEqual([]);
    });
  });
});
