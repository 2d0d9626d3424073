import {
  AGENCY_MIGRATIONS,
  ORIENTATION_ENTITIES,
  ReceivedNotice,
  REFERRAL_ENTITIES,
} from '@liaison/casework';
import {
  type AgencyDatabase,
  caseworkRows,
  createAgencyDatabase,
  flightRows,
  onlyAllowed,
  operationRows,
  orientationRows,
  OPEN_IN_EVERY_AGENCY,
  outcomesAs,
  receivedNoticeRows,
  referralRows,
  rowsSeen,
  tablesWithoutRowSecurity,
  testPostgres,
  type TestPostgres,
} from '@liaison/testing';
import { COMPETENCE_ENTITIES } from './competence/competence.entity';
import { PlaceRow } from './place/place.entity';
import { JudgeOrderRow } from './placement-order/judge-order.entity';
import { OfferRow, RequestRow } from './placement-request/placement-request.entity';
import { ASE } from './service';
import { STAY_ENTITIES } from './stay/stay.entity';

const CONFLICT = `INSERT INTO competence.conflict
  (id, unit, case_id, claimed_by, claimed_at, agency, own, claimed, ground, case_version, state, version)
  VALUES (gen_random_uuid(), 'mna', gen_random_uuid(), 'a', now(), 'ase-13', '75', '13', 'family', 1, 'claimed', 1)`;
const ASKED = `INSERT INTO competence.asked
  VALUES (gen_random_uuid(), 'parquet-75', 'mna', 'departmental', now())`;
const CLAIM = `INSERT INTO competence.claim
  (id, unit, case_id, sender, conflict, reference, event_id, received_at, purpose, convention, content, withheld, state, version)
  VALUES (gen_random_uuid(), 'mna', gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now(),
          'p', 'c@1', '{}', '[]', 'received', 1)`;
const STAY = `INSERT INTO placement.stay
  (id, request_id, offer_id, case_id, unit, author, admitted_at, from_day, facts_version, renewals, version)
  VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'mna', 'a', now(), '2026-03-10', 1, 0, 1)`;
const FAMILY_PART = `INSERT INTO placement.family_part
  VALUES (gen_random_uuid(), gen_random_uuid(), 'mna', 'a', now(), 'visit')`;
const ORDER = `INSERT INTO placement.judge_order
  (id, delivered_case, unit, sender, reference, event_id, received_at, purpose, convention, content, withheld, state, version,
   contradicts)
  VALUES (gen_random_uuid(), gen_random_uuid(), 'mna', 's', gen_random_uuid(), gen_random_uuid(), now(), 'p', 'c@1', '{}', '[]',
          'received', 1, '{}')`;
const SHELTER = `INSERT INTO competence.shelter
  (id, unit, case_id, from_day, last_day, due_at, extensions, version, recorded_at)
  VALUES (gen_random_uuid(), 'mna', gen_random_uuid(), '2026-03-10', '2026-03-14', now(), 0, 1, now())`;

/** What an ASE has of its own; the tables of referrals are tried at an association. */
describe('the database of child protection', () => {
  const AGENCY = 'ase-75';
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createAgencyDatabase(
      server,
      [...AGENCY_MIGRATIONS, ...ASE.migrations],
      [
        ...REFERRAL_ENTITIES,
        ReceivedNotice,
        ...COMPETENCE_ENTITIES,
        PlaceRow,
        RequestRow,
        OfferRow,
        ...STAY_ENTITIES,
        JudgeOrderRow,
        ...ORIENTATION_ENTITIES,
      ],
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

  const REQUEST = `INSERT INTO placement.request VALUES
    (gen_random_uuid(), gen_random_uuid(), 'mna', 'a', now(), '{}', 'open', 1, NULL, 1)`;
  const OFFER = `INSERT INTO placement.offer
    (id, request_id, unit, place_id, shelter, reference, made_at, answer_by, ordered, contradicts, state)
    VALUES (gen_random_uuid(), gen_random_uuid(), 'mna', gen_random_uuid(), 's', gen_random_uuid(), now(), now(), false, '{}',
            'asked')`;
  const PLACE = `INSERT INTO placement.place VALUES
    (gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), now(), now(), true, 'registered-carer', '35', 2, 12, 17,
     '{female}', '{en}', true, true, '{school}')`;
  const TRIES = {
    'note a declared place': PLACE,
    'read places': 'SELECT * FROM placement.place',
    'file a request': REQUEST,
    'read a request': 'SELECT * FROM placement.request',
    'move a request': "UPDATE placement.request SET state = 'withdrawn', version = 2",
    'note that a child has turned 18':
      'UPDATE placement.request SET of_age_at = now(), came_of_age_at = now()',
    'note what an adult says': 'UPDATE placement.request SET adult_agrees = true, adult_heard_at = now()',
    'rewrite what children need': "UPDATE placement.request SET needs = '{}'",
    'offer a place': OFFER,
    'read an offer': 'SELECT * FROM placement.offer',
    'forget where a place is': 'UPDATE placement.offer SET address = NULL',
    'note an answer': "UPDATE placement.offer SET answered_at = now(), reason = 'refused'",
    'ask another shelter under the same offer': "UPDATE placement.offer SET shelter = 'other'",
    'delete a request': 'DELETE FROM placement.request',
    'delete an offer': 'DELETE FROM placement.offer',
    'delete a place': 'DELETE FROM placement.place',
    'claim competence': CONFLICT,
    'read a conflict': 'SELECT * FROM competence.conflict',
    'move a conflict': "UPDATE competence.conflict SET state = 'withdrawn', version = 2",
    'note the other’s answer': "UPDATE competence.conflict SET refusal = 'family', answered_at = now()",
    'claim in another name': "UPDATE competence.conflict SET claimed_by = 'b'",
    'delete a conflict': 'DELETE FROM competence.conflict',
    'note who is asked': ASKED,
    'read who is asked': 'SELECT * FROM competence.asked',
    'forget who is asked': 'DELETE FROM competence.asked',
    'receive a claim': CLAIM,
    'read a claim': 'SELECT * FROM competence.claim',
    'answer a claim': "UPDATE competence.claim SET state = 'refused', version = 2, answered_at = now()",
    'rewrite a claim': "UPDATE competence.claim SET content = '{}'",
    'delete a claim': 'DELETE FROM competence.claim',
    'shelter a child': SHELTER,
    'read provisional shelter': 'SELECT * FROM competence.shelter',
    'extend provisional shelter': "UPDATE competence.shelter SET last_day = '2026-03-19', version = 2",
    'delete provisional shelter': 'DELETE FROM competence.shelter',
    'receive an order': ORDER,
    'read an order': 'SELECT * FROM placement.judge_order',
    'obey an order':
      "UPDATE placement.judge_order SET state = 'obeyed', version = 2, request_id = gen_random_uuid()",
    'say that an order cannot be executed':
      "UPDATE placement.judge_order SET state = 'not-executed', version = 2, obstacle = 'child-gone', answered_at = now()",
    'lift an order':
      "UPDATE placement.judge_order SET state = 'lifted', version = 2, lifted_on = '2026-12-01', lifted_at = now()",
    'empty an order': "UPDATE placement.judge_order SET content = '{}'",
    'change where a child is to live': "UPDATE placement.judge_order SET departement = '13'",
    'delete an order': 'DELETE FROM placement.judge_order',
    'admit a child': STAY,
    'read a stay': 'SELECT * FROM placement.stay',
    'renew a stay': "UPDATE placement.stay SET last_day = '2026-09-09', renewals = 1, version = 2",
    'note when a child is of age': 'UPDATE placement.stay SET of_age_at = now(), facts_version = 2',
    'backdate a stay': "UPDATE placement.stay SET from_day = '2026-01-01'",
    'delete a stay': 'DELETE FROM placement.stay',
    'allow a relative a part': FAMILY_PART,
    'read what relatives take part in': 'SELECT * FROM placement.family_part',
    'forget what relatives take part in': 'DELETE FROM placement.family_part',
  };
  const BOTH = [
    'read places',
    'read a request',
    'move a request',
    'read an offer',
    'forget where a place is',
    'read a conflict',
    'move a conflict',
    'read who is asked',
    'read a claim',
    'read provisional shelter',
    'read a stay',
    'read an order',
  ];

  it.each([
    [
      'serve',
      [
        ...BOTH,
        'file a request',
        'note what an adult says',
        'offer a place',
        'claim competence',
        'note who is asked',
        'answer a claim',
        'shelter a child',
        'extend provisional shelter',
        'admit a child',
        'obey an order',
        'say that an order cannot be executed',
        'renew a stay',
        'allow a relative a part',
        'read what relatives take part in',
      ],
    ],
    [
      'ingest',
      [
        ...BOTH,
        'note a declared place',
        'note an answer',
        'note that a child has turned 18',
        'note the other’s answer',
        'receive a claim',
        'rewrite a claim',
        'note when a child is of age',
        'receive an order',
        'empty an order',
        'lift an order',
      ],
    ],
  ] as const)('%s may do what it needs and nothing else', async (role, allowed: readonly string[]) => {
    const reader = role === 'serve' ? { agency: AGENCY, unit: 'mna', roles: ['caseworker'] } : undefined;
    expect(await outcomesAs(database[role], TRIES, reader)).toEqual(onlyAllowed(TRIES, allowed));
  });

  describe('row security, the second barrier', () => {
    beforeAll(async () => {
      const CASE = `INSERT INTO messaging.cases (id, unit, created_at) VALUES (gen_random_uuid(), 'mna', now())`;
      const DOCUMENT = `INSERT INTO messaging.event_document
        VALUES (gen_random_uuid(), 1, 't', '{}', 'p', 'mna', NULL, gen_random_uuid(), NULL, now())`;
      for (const sql of [
        CASE,
        DOCUMENT,
        caseworkRows('mna'),
        referralRows('mna'),
        receivedNoticeRows('mna'),
        operationRows('mna'),
        flightRows('mna'),
        orientationRows('mna'),
        REQUEST,
        OFFER,
        CONFLICT,
        ASKED,
        CLAIM,
        SHELTER,
        STAY,
        FAMILY_PART,
        ORDER,
      ]) {
        await database.owner.query(sql);
      }
    });

    it('leaves open only tables that hold nothing about a person; what places are like is one of them', async () => {
      const open = await tablesWithoutRowSecurity(database);
      expect(open).toEqual([...OPEN_IN_EVERY_AGENCY, 'placement.place']);
    });

    it.each([
      ['nobody is named', undefined],
      ['another unit reads', { agency: AGENCY, unit: 'other', roles: ['supervisor'] }],
      ['an operator reads', { agency: AGENCY, unit: 'mna', roles: ['operator'] }],
    ])('shows nothing where %s, whatever the query forgot', async (_, reader) => {
      const seen = await rowsSeen(database, reader);
      expect(Object.entries(seen).filter(([, rows]) => rows > 0)).toEqual([]);
    });

    it('shows the unit its own', async () => {
      const seen = await rowsSeen(database, { agency: AGENCY, unit: 'mna', roles: ['supervisor'] });
      expect(Object.entries(seen).filter(([, rows]) => rows === 0)).toEqual([]);
    });
  });
});
