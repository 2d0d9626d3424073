import {
  AGENCY_MIGRATIONS,
  OPERATION_ENTITIES,
  ORIENTATION_ENTITIES,
  PARTNER_ANSWER_ENTITIES,
  REFERRAL_ENTITIES,
} from '@liaison/casework';
import { sqlState } from '@liaison/platform';
import {
  type AgencyDatabase,
  caseworkRows,
  createAgencyDatabase,
  flightRows,
  testPostgres,
  type TestPostgres,
  onlyAllowed,
  partnerAnswerRows,
  referralRows,
  OPEN_IN_EVERY_AGENCY,
  operationRows,
  orientationRows,
  outcomesAs,
  rowsSeen,
  tablesWithoutRowSecurity,
} from '@liaison/testing';
import { BreachRow } from './breach/breach.entity';
import { NoticeAcknowledgement, NoticeChange, NoticeRow } from './notice/notice.entity';
import { OpinionRequestRow } from './opinion-request/opinion-request.entity';
import { POLICE } from './service';

const CHECK_VIOLATED = '23514';

describe('the database of an investigating service', () => {
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createAgencyDatabase(
      server,
      [...AGENCY_MIGRATIONS, ...POLICE.migrations],
      [
        NoticeRow,
        NoticeChange,
        NoticeAcknowledgement,
        BreachRow,
        OpinionRequestRow,
        ...REFERRAL_ENTITIES,
        ...PARTNER_ANSWER_ENTITIES,
        ...OPERATION_ENTITIES,
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

  const NOTICE = `INSERT INTO police.notice (id, unit, author, state, version, draft, created_at)
    VALUES (gen_random_uuid(), 'brp', 'a', 'draft', 1, '{}', now())`;
  const ACKNOWLEDGEMENT = `INSERT INTO police.notice_acknowledgement
    VALUES ('prefecture-75', gen_random_uuid(), 1, 'c@1', gen_random_uuid(), 'desk', NULL, now(), 1, now())`;
  const BREACH = `INSERT INTO police.breach (agency, breach_id, revision, notice_id, event_id, convention, received_at, unit)
    VALUES ('prefecture-75', gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), 'c@1', now(), 'brp')`;
  const NAME_KEY = `INSERT INTO police.name_key VALUES ('brp', 'dym j', gen_random_uuid())`;
  const DOCUMENT = `INSERT INTO messaging.event_document
    VALUES (gen_random_uuid(), 1, 't', '{}', 'p', 'brp', NULL, gen_random_uuid(), NULL, now())`;
  const RECORD = `INSERT INTO messaging.audit_record
    VALUES (gen_random_uuid(), 'read', now(), NULL, '{}', '', '')`;

  const TRIES = {
    'write a notice': NOTICE,
    'read a notice': 'SELECT * FROM police.notice',
    'find a notice by its case':
      'SELECT id, state, version, case_version FROM police.notice WHERE case_id IS NULL',
    'read a draft': 'SELECT draft FROM police.notice',
    'replace a draft': "UPDATE police.notice SET draft = '{}', version = version + 1",
    'move a notice to another unit': "UPDATE police.notice SET unit = 'bpm'",
    'name another author': "UPDATE police.notice SET author = 'b'",
    'delete a notice': 'DELETE FROM police.notice',
    'truncate notices': 'TRUNCATE police.notice',
    'add an acknowledgement': ACKNOWLEDGEMENT,
    'read an acknowledgement': 'SELECT * FROM police.notice_acknowledgement',
    'change an acknowledgement': "UPDATE police.notice_acknowledgement SET role = 'other'",
    'delete an acknowledgement': 'DELETE FROM police.notice_acknowledgement',
    'add a breach': BREACH,
    'read a breach': 'SELECT * FROM police.breach',
    'note a remedy': "UPDATE police.breach SET revision = 2, remedied_on = '2026-01-02'",
    'note that it was a mistake': "UPDATE police.breach SET voided_at = now(), void_reason = 'r'",
    'take note of a breach': "UPDATE police.breach SET acknowledged_at = now(), acknowledged_by = 'p'",
    'say whose notice a breach is of': 'UPDATE police.breach SET notice_id = gen_random_uuid()',
    'empty a breach': "UPDATE police.breach SET measure = NULL, purged_at = now(), purge_reason = 'revoked'",
    'purge a request': "UPDATE police.opinion_request SET purged_at = now(), purge_reason = 'revoked'",
    'show a request to fewer': 'UPDATE police.opinion_request SET restricted_since = now()',
    'delete a breach': 'DELETE FROM police.breach',
    'be asked for an opinion': `INSERT INTO police.opinion_request (id, agency, request, unit, case_id, event_id, purpose,
        convention, content, withheld, received_at, state, version)
      VALUES (gen_random_uuid(), 'prefecture-75', gen_random_uuid(), 'brp', gen_random_uuid(), gen_random_uuid(), 'p',
        'c@1', '{}', '[]', now(), 'open', 1)`,
    'read a request': 'SELECT * FROM police.opinion_request',
    'answer a request': `UPDATE police.opinion_request SET state = 'answered', version = 2, answered_at = now(),
      answered_by = 'p', notice_id = gen_random_uuid()`,
    'note that nobody waits': `UPDATE police.opinion_request SET state = 'withdrawn', version = 2, withdrawn_at = now(),
      withdrawal_reason = 'r'`,
    'note that its lateness was told': 'UPDATE police.opinion_request SET overdue_told_at = now()',
    'move its last day': 'UPDATE police.opinion_request SET due_at = now()',
    'delete a request': 'DELETE FROM police.opinion_request',
    'ask in an emergency': `INSERT INTO desk.urgent_asked
        (id, unit, request_case, agency, ground, asked_by, asked_at, due_at, state, version)
      VALUES (gen_random_uuid(), 'brp', gen_random_uuid(), 'a', 'g', 'p', now(), now(), 'asked', 1)`,
    'read what was asked': 'SELECT * FROM desk.urgent_asked',
    'note that an answer was read': `UPDATE desk.urgent_asked SET read_at = now(), read_by = 'p'`,
    'withdraw what was asked': `UPDATE desk.urgent_asked SET state = 'withdrawn', version = 2, withdrawn_at = now(), withdrawn_by = 'p'`,
    'forge an answer': `UPDATE desk.urgent_asked SET state = 'answered', answered_at = now(), answer_event = gen_random_uuid(),
      convention = 'c@1', answer = '{}', withheld = '[]'`,
    'ask for more': `UPDATE desk.urgent_asked SET due_at = now()`,
    'delete what was asked': 'DELETE FROM desk.urgent_asked',
    'be asked in an emergency': `INSERT INTO desk.urgent_received
        (id, agency, request, unit, request_case, event_id, purpose, convention, content, withheld, received_at, state, version)
      VALUES (gen_random_uuid(), 'a', gen_random_uuid(), 'brp', gen_random_uuid(), gen_random_uuid(), 'p', 'c@1', '{}', '[]',
        now(), 'open', 1)`,
    'read what is asked': 'SELECT * FROM desk.urgent_received',
    'answer in an emergency': `UPDATE desk.urgent_received SET state = 'refused', version = 2, answered_at = now(), answered_by = 'p',
      reason = 'r', answer_version = 1`,
    'rewrite what is asked': `UPDATE desk.urgent_received SET content = '{}'`,
    'give it to another unit': `UPDATE desk.urgent_received SET unit = 'other'`,
    'delete what is asked': 'DELETE FROM desk.urgent_received',
    'tell of a change': `INSERT INTO police.notice_change
      VALUES (gen_random_uuid(), 3, 'amended', 'correction', '{}', 'brp', 'a', now())`,
    'read of a change': 'SELECT * FROM police.notice_change',
    'rewrite a change': "UPDATE police.notice_change SET reason = 'other'",
    'delete a change': 'DELETE FROM police.notice_change',
    'note a name': NAME_KEY,
    'look a name up': 'SELECT * FROM police.name_key',
    'change a name': "UPDATE police.name_key SET key = 'other'",
    'forget a name': 'DELETE FROM police.name_key',
    'record an event': DOCUMENT,
    'read an event': 'SELECT * FROM messaging.event_document',
    'rewrite an event': "UPDATE messaging.event_document SET document = '{}'",
    'delete an event': 'DELETE FROM messaging.event_document',
    'write an audit record': RECORD,
    'rewrite an audit record': "UPDATE messaging.audit_record SET record = '{}'",
    'delete an audit record': 'DELETE FROM messaging.audit_record',
    'read sealed bytes': 'SELECT * FROM messaging.sealed_body',
    'read what came in': 'SELECT * FROM messaging.inbox',
    'take an intent': 'DELETE FROM messaging.intent',
    'create a table': 'CREATE TABLE police.own (id int)',
  };
  const BOTH = [
    'find a notice by its case',
    'read an acknowledgement',
    'read a breach',
    'read a request',
    'record an event',
    'read an event',
    'write an audit record',
  ];

  it.each([
    [
      'serve',
      [
        ...BOTH,
        'write a notice',
        'ask in an emergency',
        'read what was asked',
        'note that an answer was read',
        'withdraw what was asked',
        'read what is asked',
        'answer in an emergency',
        'read a notice',
        'read a draft',
        'replace a draft',
        'tell of a change',
        'read of a change',
        'answer a request',
        'take note of a breach',
        'note a name',
        'look a name up',
        'forget a name',
      ],
    ],
    [
      'ingest',
      [
        ...BOTH,
        'add an acknowledgement',
        'read what was asked',
        'forge an answer',
        'be asked in an emergency',
        'read what is asked',
        'rewrite what is asked',
        'add a breach',
        'note a remedy',
        'note that it was a mistake',
        'empty a breach',
        'purge a request',
        'show a request to fewer',
        'be asked for an opinion',
        'note that nobody waits',
        'note that its lateness was told',
        'read sealed bytes',
        'read what came in',
        'take an intent',
      ],
    ],
  ] as const)('%s may do what it needs and nothing else', async (role, allowed: readonly string[]) => {
    const reader = role === 'serve' ? { agency: 'police-75', unit: 'brp', roles: ['officer'] } : undefined;
    expect(await outcomesAs(database[role], TRIES, reader)).toEqual(onlyAllowed(TRIES, allowed));
  });

  it.each([
    "UPDATE police.notice SET state = 'issued'",
    'UPDATE police.notice SET draft = NULL',
    'UPDATE police.notice SET case_id = gen_random_uuid(), case_version = 1, issued_at = now()',
    "UPDATE police.notice SET state = 'other'",
  ])('holds no notice that is half a draft: %s', async (sql) => {
    await database.owner.query(NOTICE);
    const outcome = await database.owner.query(sql).catch((error: unknown) => sqlState(error));
    expect(outcome).toBe(CHECK_VIOLATED);
  });

  describe('row security, the second barrier', () => {
    const AGENCY = 'police-75';
    const OF_A_NOTICE = [
      `notice_change SELECT id, 3, 'amended', 'correction', '{}', 'brp', 'a', now()`,
      `notice_acknowledgement SELECT 'prefecture-75', gen_random_uuid(), 1, 'c@1', id, 'desk', NULL, now(), 1, now()`,
      `breach (agency, breach_id, revision, notice_id, event_id, convention, received_at, unit)
         SELECT 'prefecture-75', gen_random_uuid(), 1, id, gen_random_uuid(), 'c@1', now(), 'brp'`,
    ].map((rows) => `INSERT INTO police.${rows} FROM police.notice WHERE unit = 'brp' LIMIT 1`);
    const CASE = `INSERT INTO messaging.cases (id, unit, created_at) VALUES (gen_random_uuid(), 'brp', now())`;

    beforeAll(async () => {
      for (const sql of [
        NOTICE,
        ...OF_A_NOTICE,
        NAME_KEY,
        CASE,
        DOCUMENT,
        caseworkRows('brp'),
        referralRows('brp'),
        partnerAnswerRows('brp'),
        orientationRows('brp'),
        operationRows('brp'),
        flightRows('brp'),
        TRIES['be asked for an opinion'],
      ])
        await database.owner.query(sql);
    });

    it('leaves open only tables that hold nothing about a person', async () => {
      expect(await tablesWithoutRowSecurity(database)).toEqual(OPEN_IN_EVERY_AGENCY);
    });

    it.each([
      ['nobody is named', undefined],
      ['another unit reads', { agency: AGENCY, unit: 'other', roles: ['supervisor'] }],
      ['an operator reads', { agency: AGENCY, unit: 'brp', roles: ['operator'] }],
      ['somebody without a role reads', { agency: AGENCY, unit: 'brp', roles: [] }],
    ])('shows nothing where %s, whatever the query forgot', async (_, reader) => {
      const seen = await rowsSeen(database, reader);
      expect(Object.entries(seen).filter(([, rows]) => rows > 0)).toEqual([]);
    });

    it('shows the unit its own', async () => {
      const seen = await rowsSeen(database, { agency: AGENCY, unit: 'brp', roles: ['supervisor'] });
      expect(Object.entries(seen).filter(([, rows]) => rows === 0)).toEqual([]);
    });
  });
});
