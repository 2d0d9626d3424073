import { AGENCY_MIGRATIONS } from '@liaison/casework';
import { sqlState } from '@liaison/platform';
import {
  type AgencyDatabase,
  caseworkRows,
  createAgencyDatabase,
  testPostgres,
  type TestPostgres,
  onlyAllowed,
  OPEN_IN_EVERY_AGENCY,
  outcomesAs,
  receivedSupportRows,
  rowsSeen,
  tablesWithoutRowSecurity,
} from '@liaison/testing';
import { ENTITIES } from './entities';
import { PREFECTURE } from './service';

describe('the database of a préfecture', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createAgencyDatabase(server, [...AGENCY_MIGRATIONS, ...PREFECTURE.migrations], ENTITIES);
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  it('is what the entities say', async () => {
    const { upQueries } = await database.owner.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  const PERIOD = `INSERT INTO prefecture.reflection_period (id, case_id, notice_id, reference, unit, receipt_number,
      from_day, last_day, article, language, holder, opened_by, opened_at, version)
    VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'desk', gen_random_uuid(),
      '2026-03-01', '2026-03-31', 'a', 'fr', '{}', 'p', now(), 1)`;
  const PERMIT = `INSERT INTO prefecture.residence_permit (id, unit, holder, ground, kind, renewal, lodged_on, lodged_by,
      situation, state, version, record)
    VALUES (gen_random_uuid(), 'desk', '{}', 'g', 'k', false, '2026-03-01', 'p', '{}', 'lodged', 1, '{}')`;
  const EXTRACT = `INSERT INTO prefecture.agdref_extract (id, unit, subject, subject_id, subject_version, json, csv, digest,
      prepared_by, prepared_at, state, version)
    VALUES (gen_random_uuid(), 'desk', 'notice', gen_random_uuid(), 1, 'j', 'c', 'd', 'p', now(), 'prepared', 1)`;

  const TRIES = {
    insert: `INSERT INTO notice.received_notice
      SELECT gen_random_uuid(), gen_random_uuid(), 'police-75', gen_random_uuid(), gen_random_uuid(), 1, 'desk', now(),
             'p', 'c@1', '75', '{}', '[]', '{}', NULL, 'new', 1, NULL, NULL`,
    select: 'SELECT * FROM notice.received_notice',
    acknowledge: `UPDATE notice.received_notice SET state = 'acknowledged', version = 2, acknowledged_at = now(),
      acknowledgement_version = 1`,
    rewrite: `UPDATE notice.received_notice SET content = '{"procedure":{}}'`,
    'say that it no longer stands': `UPDATE notice.received_notice SET standing = 'withdrawn'`,
    void: `UPDATE notice.received_notice SET state = 'voided', content = '{}'`,
    readdress: `UPDATE notice.received_notice SET unit = 'other'`,
    delete: 'DELETE FROM notice.received_notice',
    'open a period': PERIOD,
    'read periods': 'SELECT * FROM prefecture.reflection_period',
    'end a period': `UPDATE prefecture.reflection_period SET version = 2, ended_on = last_day, end_reason = 'r'`,
    'prolong a period': `UPDATE prefecture.reflection_period SET last_day = last_day + 30`,
    'rename a holder': `UPDATE prefecture.reflection_period SET holder = '{}'`,
    'delete a period': 'DELETE FROM prefecture.reflection_period',
    'delete a breach': 'DELETE FROM prefecture.reflection_breach',
    'hide a breach': `UPDATE prefecture.reflection_breach SET taken_on = '2000-01-01'`,
    'lodge an application': PERMIT,
    'decide on it': `UPDATE prefecture.residence_permit SET state = 'refused', version = 2`,
    'change its ground': `UPDATE prefecture.residence_permit SET ground = 'x'`,
    'delete an application': 'DELETE FROM prefecture.residence_permit',
    'release a year': `INSERT INTO prefecture.released_year VALUES (2013, '{}', now())`,
    'release it anew': `UPDATE prefecture.released_year SET figures = '{}'`,
    'prepare an extract': EXTRACT,
    'hand it over': `UPDATE prefecture.agdref_extract SET state = 'handed-over', version = 2, settled_at = now()`,
    'rewrite an extract': `UPDATE prefecture.agdref_extract SET json = 'x'`,
    'delete an extract': 'DELETE FROM prefecture.agdref_extract',
    'open in an emergency': `INSERT INTO desk.break_glass
        (id, unit, case_id, agent, ground, reason, fields, opened_at, until, review_by, version)
      VALUES (gen_random_uuid(), 'desk', gen_random_uuid(), 'a', 'g', 'r', '[]', now(), now() + interval '1 hour', now(), 1)`,
    'read why': 'SELECT reason FROM desk.break_glass',
    'review it': `UPDATE desk.break_glass SET verdict = 'approved', words = 'w', reviewed_by = 'b', reviewed_at = now()`,
    'prolong an emergency': `UPDATE desk.break_glass SET until = until + interval '1 day'`,
    'rewrite why': `UPDATE desk.break_glass SET reason = 'y'`,
    'delete an emergency': 'DELETE FROM desk.break_glass',
    'invent what others opened': `INSERT INTO desk.break_glass_told
        (sender, opening, unit, case_id, event_id, convention, fields, received_at)
      VALUES ('p', gen_random_uuid(), 'desk', gen_random_uuid(), gen_random_uuid(), 'c@1', '[]', now())`,
    'take note of what others opened': 'UPDATE desk.break_glass_told SET noted_at = now()',
    'ask in an emergency': `INSERT INTO desk.urgent_asked
        (id, unit, request_case, agency, ground, asked_by, asked_at, due_at, state, version)
      VALUES (gen_random_uuid(), 'desk', gen_random_uuid(), 'a', 'g', 'p', now(), now(), 'asked', 1)`,
    'read what was asked': 'SELECT * FROM desk.urgent_asked',
    'note that an answer was read': `UPDATE desk.urgent_asked SET read_at = now(), read_by = 'p'`,
    'withdraw what was asked': `UPDATE desk.urgent_asked SET state = 'withdrawn', version = 2, withdrawn_at = now(), withdrawn_by = 'p'`,
    'forge an answer': `UPDATE desk.urgent_asked SET state = 'answered', answered_at = now(), answer_event = gen_random_uuid(),
      convention = 'c@1', answer = '{}', withheld = '[]'`,
    'ask for more': `UPDATE desk.urgent_asked SET due_at = now()`,
    'delete what was asked': 'DELETE FROM desk.urgent_asked',
    'be asked in an emergency': `INSERT INTO desk.urgent_received
        (id, agency, request, unit, request_case, event_id, purpose, convention, content, withheld, received_at, state, version)
      VALUES (gen_random_uuid(), 'a', gen_random_uuid(), 'desk', gen_random_uuid(), gen_random_uuid(), 'p', 'c@1', '{}', '[]',
        now(), 'open', 1)`,
    'read what is asked': 'SELECT * FROM desk.urgent_received',
    'answer in an emergency': `UPDATE desk.urgent_received SET state = 'refused', version = 2, answered_at = now(), answered_by = 'p',
      reason = 'r', answer_version = 1`,
    'rewrite what is asked': `UPDATE desk.urgent_received SET content = '{}'`,
    'give it to another unit': `UPDATE desk.urgent_received SET unit = 'other'`,
    'delete what is asked': 'DELETE FROM desk.urgent_received',
    'note what is passed on': `INSERT INTO casework.onward_share
        (share, agency, event_id, unit, recipient, type, convention, categories, shared_at)
      VALUES ('s', 'p', 'e', 'desk', 'r', 't', 'c@1', '{}', now())`,
    'rewrite whom it went to': `UPDATE casework.onward_share SET recipient = 'x'`,
    'hear of what others pass on': `INSERT INTO desk.onward_share_told
        (sender, share, event_id, unit, case_id, categories, received_at)
      VALUES ('p', gen_random_uuid(), gen_random_uuid(), 'desk', gen_random_uuid(), '[]', now())`,
    'take a case': `INSERT INTO desk.assignment VALUES (gen_random_uuid(), 'desk', 'a', 1, now())`,
    'give it away': `UPDATE desk.assignment SET agent = 'b', version = 2, since = now()`,
    'move it to another unit': `UPDATE desk.assignment SET unit = 'other'`,
    'write its history': `INSERT INTO desk.assignment_change
      VALUES ('desk', gen_random_uuid(), 1, 'taken', 'a', 'a', NULL, now())`,
    'rewrite its history': `UPDATE desk.assignment_change SET by_agent = 'b'`,
    'write a note': `INSERT INTO desk.note VALUES (gen_random_uuid(), 'desk', gen_random_uuid(), 'a', now(), 'x', NULL)`,
    'read notes': 'SELECT * FROM desk.note',
    'rewrite a note': `UPDATE desk.note SET text = 'y'`,
    'delete a note': 'DELETE FROM desk.note',
    'ask for an opinion': `INSERT INTO prefecture.opinion_request (id, unit, case_id, case_version, subject, subject_id,
        agency, agency_unit, due_on, due_at, asked_by, asked_at, state, version)
      VALUES (gen_random_uuid(), 'desk', gen_random_uuid(), 1, 'notice', gen_random_uuid(), 'police-75', 'brp',
        '2026-03-24', now(), 'p', now(), 'asked', 1)`,
    'read opinions': 'SELECT * FROM prefecture.opinion_request',
    'note that its lateness was told': 'UPDATE prefecture.opinion_request SET overdue_told_at = now()',
    'withdraw a request': `UPDATE prefecture.opinion_request SET state = 'withdrawn', version = 2, withdrawn_at = now(),
      withdrawal_reason = 'r'`,
    'write its answer': `UPDATE prefecture.opinion_request SET state = 'refused', version = 2, answered_at = now(),
      answer_event = gen_random_uuid(), convention = 'c@1', reason = 'r', explanation = 'e'`,
    'move its last day': `UPDATE prefecture.opinion_request SET due_at = now()`,
    'delete a request': 'DELETE FROM prefecture.opinion_request',
    'receive a report of support': receivedSupportRows('desk'),
    'read such reports': 'SELECT * FROM support.received',
    'say whose case it is': `UPDATE support.received SET state = 'noted', version = 2, noted_at = now(), noted_by = 'p',
      linked_case = gen_random_uuid(), linked_at = now(), linked_by = 'p'`,
    'rewrite what was reported': `UPDATE support.received SET content = '{}'`,
    'change who reported it': `UPDATE support.received SET sender = 's'`,
    'delete what was reported': 'DELETE FROM support.received',
    truncate: 'TRUNCATE notice.received_notice',
    drop: 'DROP TABLE notice.received_notice',
    create: 'CREATE TABLE prefecture.own (id int)',
  };

  it.each([
    [
      'ingest',
      [
        'insert',
        'select',
        'void',
        'say that it no longer stands',
        'invent what others opened',
        'read what was asked',
        'forge an answer',
        'be asked in an emergency',
        'read what is asked',
        'rewrite what is asked',
        'note what is passed on',
        'hear of what others pass on',
        'read opinions',
        'note that its lateness was told',
        'write its answer',
        'receive a report of support',
        'read such reports',
        'rewrite what was reported',
      ],
    ],
    [
      'serve',
      [
        'select',
        'acknowledge',
        'open a period',
        'read periods',
        'end a period',
        'lodge an application',
        'decide on it',
        'release a year',
        'prepare an extract',
        'hand it over',
        'open in an emergency',
        'read why',
        'review it',
        'take note of what others opened',
        'ask in an emergency',
        'read what was asked',
        'note that an answer was read',
        'withdraw what was asked',
        'read what is asked',
        'answer in an emergency',
        'take a case',
        'give it away',
        'write its history',
        'write a note',
        'read notes',
        'ask for an opinion',
        'read opinions',
        'withdraw a request',
        'read such reports',
        'say whose case it is',
      ],
    ],
  ] as const)('%s may do what it needs: %s', async (role, allowed) => {
    const reader = role === 'serve' ? { agency: 'prefecture-75', unit: 'desk', roles: ['desk'] } : undefined;
    expect(await outcomesAs(database[role], TRIES, reader)).toEqual(onlyAllowed(TRIES, allowed));
  });

  it.each([
    'UPDATE prefecture.reflection_period SET ended_on = last_day',
    `UPDATE prefecture.reflection_period SET ended_on = last_day + 1, end_reason = 'r'`,
    `UPDATE prefecture.residence_permit SET granted_on = '2026-03-02'`,
  ])('holds nothing that is half decided: %s', async (sql) => {
    await database.owner.query(PERIOD);
    await database.owner.query(PERMIT);
    const outcome = await database.owner.query(sql).catch((error: unknown) => sqlState(error));
    expect(outcome).toBe('23514');
  });

  describe('row security, the second barrier', () => {
    const AGENCY = 'prefecture-75';
    const A_BREACH = `INSERT INTO prefecture.reflection_breach (id, period_id, measure, taken_on, reported_at, revision)
      SELECT gen_random_uuid(), id, 'm', '2026-03-02', now(), 1
        FROM prefecture.reflection_period WHERE unit = 'desk' LIMIT 1`;
    const CASE = `INSERT INTO messaging.cases (id, unit, created_at) VALUES (gen_random_uuid(), 'desk', now())`;
    const DOCUMENT = `INSERT INTO messaging.event_document
      VALUES (gen_random_uuid(), 1, 't', '{}', 'p', 'desk', NULL, gen_random_uuid(), NULL, now())`;

    beforeAll(async () => {
      for (const sql of [
        TRIES.insert,
        PERIOD,
        A_BREACH,
        PERMIT,
        EXTRACT,
        CASE,
        DOCUMENT,
        caseworkRows('desk'),
        TRIES['ask for an opinion'],
        receivedSupportRows('desk'),
      ])
        await database.owner.query(sql);
    });

    it('leaves open only tables that hold nothing about a person', async () => {
      expect(await tablesWithoutRowSecurity(database)).toEqual([
        ...OPEN_IN_EVERY_AGENCY,
        'prefecture.receipt_counter',
        'prefecture.released_year',
      ]);
    });

    it.each([
      ['nobody is named', undefined],
      ['another unit reads', { agency: AGENCY, unit: 'other', roles: ['supervisor'] }],
      ['an operator reads', { agency: AGENCY, unit: 'desk', roles: ['operator'] }],
      ['somebody without a role reads', { agency: AGENCY, unit: 'desk', roles: [] }],
    ])('shows nothing where %s, whatever the query forgot', async (_, reader) => {
      const seen = await rowsSeen(database, reader);
      expect(Object.entries(seen).filter(([, rows]) => rows > 0)).toEqual([]);
    });

    it('shows the unit its own', async () => {
      const seen = await rowsSeen(database, { agency: AGENCY, unit: 'desk', roles: ['supervisor'] });
      expect(Object.entries(seen).filter(([, rows]) => rows === 0)).toEqual([]);
    });
  });
});
