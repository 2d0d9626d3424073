import {
  AGENCY_MIGRATIONS,
  FLIGHT_ENTITIES,
  OPERATION_ENTITIES,
  ORIENTATION_ENTITIES,
  PARTNER_ANSWER_ENTITIES,
  ReceivedNotice,
  REFERRAL_ENTITIES,
} from '@liaison/casework';
import {
  type AgencyDatabase,
  caseworkRows,
  createAgencyDatabase,
  flightRows,
  onlyAllowed,
  OPEN_IN_EVERY_AGENCY,
  operationRows,
  orientationRows,
  outcomesAs,
  partnerAnswerRows,
  receivedNoticeRows,
  referralRows,
  rowsSeen,
  supportRows,
  tablesWithoutRowSecurity,
  testPostgres,
  type TestPostgres,
} from '@liaison/testing';
import { AdultPlaceRow } from './adult-place/adult-place.entity';
import { SHELTERED_ADULT_ENTITIES } from './adult-proposal/adult-proposal.entity';
import { COORDINATION_ENTITIES } from './orientation/orientation.entity';
import { PlaceRow } from './place/place.entity';
import { OfferRow } from './placement-offer/placement-offer.entity';
import { ASSOCIATION } from './service';

/** The tables of referrals are the same wherever children are referred: what holds here holds for ase, partner and police. */
describe('the database of an association', () => {
  const AGENCY = 'asso-refuge';
  let server: TestPostgres;
  let database: AgencyDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createAgencyDatabase(
      server,
      [...AGENCY_MIGRATIONS, ...ASSOCIATION.migrations],
      [
        ...REFERRAL_ENTITIES,
        ...FLIGHT_ENTITIES,
        ReceivedNotice,
        ...OPERATION_ENTITIES,
        ...ORIENTATION_ENTITIES,
        ...COORDINATION_ENTITIES,
        PlaceRow,
        OfferRow,
        AdultPlaceRow,
        ...SHELTERED_ADULT_ENTITIES,
        ...PARTNER_ANSWER_ENTITIES,
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

  const PLACE = `INSERT INTO shelter.place VALUES
    (gen_random_uuid(), 'maraude', 'Maison bleue', 'registered-carer', '35',
     '{"line":"3 rue des Tilleuls","postalCode":"35000","commune":"Rennes"}', 12, 17, '{female}', '{en}', true, true, '{school}',
     2, true, 1, now())`;
  const OFFER = `INSERT INTO shelter.offer
    (id, case_id, place_id, unit, sender, reference, event_id, received_at, purpose, convention, content, withheld, beds, answer_by,
     state, version)
    VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'maraude', 's', gen_random_uuid(), gen_random_uuid(), now(),
            'p', 'c@1', '{}', '[]', 1, now(), 'held', 1)`;
  const ADULT_PLACE = `INSERT INTO shelter.adult_place VALUES
    (gen_random_uuid(), 'maraude', 'Maison claire', '35',
     '{"line":"8 allée des Aubépines","postalCode":"35000","commune":"Rennes"}', '{female}', '{en}', false, false, 2, true, 1, now())`;
  const ADULT_PROPOSAL = `INSERT INTO shelter.adult_proposal
    (id, case_id, place_id, unit, sender, reference, event_id, received_at, purpose, convention, content, withheld, beds, answer_by,
     state, version)
    VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'maraude', 's', gen_random_uuid(), gen_random_uuid(), now(),
            'p', 'c@1', '{}', '[]', 1, now(), 'held', 1)`;
  const NAMED_PERSON = `INSERT INTO shelter.named_person
    (id, proposal_id, case_id, unit, sender, event_id, received_at, purpose, convention, content, withheld)
    VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'maraude', 's', gen_random_uuid(), now(), 'p', 'c@1', '{}', '[]')`;
  const ORIENTATION = `INSERT INTO orientation.request
    (id, case_id, unit, sender, sender_kind, from_partner, reference, event_id, received_at, purpose, convention, content, withheld,
     consents, state, version)
    VALUES (gen_random_uuid(), gen_random_uuid(), 'maraude', 's', 'police', false, gen_random_uuid(), gen_random_uuid(), now(), 'p',
            'c@1', '{}', '[]', '[]', 'asked', 1)`;
  const PROPOSAL = `INSERT INTO orientation.proposal
    (id, request_id, unit, place_id, shelter, reference, purpose, made_at, answer_by, state)
    VALUES (gen_random_uuid(), gen_random_uuid(), 'maraude', gen_random_uuid(), 's', gen_random_uuid(), 'p', now(), now(), 'proposed')`;
  const TRIES = {
    'make a referral': `INSERT INTO referral.made VALUES
      (gen_random_uuid(), 'maraude', 'a', now(), '75', 'serious', false, 'sent', 1)`,
    'note whom it goes to': `INSERT INTO referral.told (referral_id, agency, unit, duty, case_version)
      VALUES (gen_random_uuid(), 'ase-75', 'maraude', 'child-protection', 1)`,
    'read a referral': 'SELECT * FROM referral.made',
    'read whom it went to': 'SELECT * FROM referral.told',
    'move its state': "UPDATE referral.made SET state = 'acknowledged', version = 2",
    'name another author': "UPDATE referral.made SET author = 'b'",
    'send it again': 'UPDATE referral.told SET case_version = 2, acknowledge_by = now()',
    'note an acknowledgement': "UPDATE referral.told SET acknowledged_at = now(), role = 'caseworker'",
    'delete a referral': 'DELETE FROM referral.made',
    'delete whom it went to': 'DELETE FROM referral.told',
    'receive a referral': `INSERT INTO referral.received
      (id, case_id, sender, reference, event_id, unit, received_at, purpose, convention, content, withheld, state, version)
      VALUES (gen_random_uuid(), gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), 'maraude', now(), 'p', 'c@1',
              '{}', '[]', 'new', 1)`,
    'read a received referral': 'SELECT * FROM referral.received',
    'acknowledge a received referral':
      "UPDATE referral.received SET state = 'acknowledged', version = 2, acknowledged_at = now()",
    'rewrite a received referral': "UPDATE referral.received SET content = '{}'",
    'delay a received referral': 'UPDATE referral.received SET acknowledge_by = now()',
    'delete a received referral': 'DELETE FROM referral.received',
    'truncate received referrals': 'TRUNCATE referral.received',
    'declare a place': PLACE,
    'note that children are there': 'UPDATE shelter.offer SET admitted_on = now()',
    'read a place': 'SELECT * FROM shelter.place',
    'close a place': 'UPDATE shelter.place SET open = false, version = 2',
    'give a place to another unit': "UPDATE shelter.place SET unit = 'foyer'",
    'delete a place': 'DELETE FROM shelter.place',
    'give an answer': `INSERT INTO partner.answer_given
      VALUES (gen_random_uuid(), gen_random_uuid(), 'maraude', 'a', 'police-75', now(), gen_random_uuid(), 1)`,
    'rewrite an answer': "UPDATE partner.answer_given SET author = 'b'",
    'receive an answer': `INSERT INTO partner.answer_received
      (id, case_id, unit, sender, reference, event_id, received_at, purpose, convention, content, withheld, state, version)
      VALUES (gen_random_uuid(), gen_random_uuid(), 'maraude', 's', gen_random_uuid(), gen_random_uuid(), now(), 'p', 'c@1',
              '{}', '[]', 'new', 1)`,
    'note a received answer':
      "UPDATE partner.answer_received SET state = 'noted', version = 2, noted_at = now(), noted_by = 'a'",
    'empty a received answer': "UPDATE partner.answer_received SET content = '{}'",
    'delete a received answer': 'DELETE FROM partner.answer_received',
    'receive an offer': OFFER,
    'read an offer': 'SELECT * FROM shelter.offer',
    'answer an offer':
      "UPDATE shelter.offer SET state = 'declined', version = 2, answered_at = now(), content = '{}'",
    'give an offer another place': 'UPDATE shelter.offer SET place_id = gen_random_uuid()',
    'wait longer for an answer': 'UPDATE shelter.offer SET answer_by = now()',
    'delete an offer': 'DELETE FROM shelter.offer',
    'declare a place for adults': ADULT_PLACE,
    'close a place for adults': 'UPDATE shelter.adult_place SET open = false, version = 2',
    'give a place for adults to another unit': "UPDATE shelter.adult_place SET unit = 'foyer'",
    'receive a proposal': ADULT_PROPOSAL,
    'answer a proposal':
      "UPDATE shelter.adult_proposal SET state = 'declined', version = 2, answered_at = now(), content = '{}'",
    'say that an adult is there': "UPDATE shelter.adult_proposal SET admitted_on = '2026-01-12'",
    'give a proposal another place': 'UPDATE shelter.adult_proposal SET place_id = gen_random_uuid()',
    'delete a proposal': 'DELETE FROM shelter.adult_proposal',
    'learn who comes': NAMED_PERSON,
    'rewrite who comes': "UPDATE shelter.named_person SET content = '{}'",
    'forget who comes': 'DELETE FROM shelter.named_person',
    'note a flight': `INSERT INTO flight.known (id, subject, unit, author, noticed_at, police_missing, place_known, state, version)
      VALUES (gen_random_uuid(), gen_random_uuid(), 'maraude', 'a', now(), false, false, 'noticed', 1)`,
    'end a flight': "UPDATE flight.known SET state = 'found', version = 2, ended_at = now()",
    'move when a flight was noticed': 'UPDATE flight.known SET noticed_at = now()',
    'tell that a flight is overdue': 'UPDATE flight.known SET overdue_told_at = now()',
    'note who is told of a flight': `INSERT INTO flight.told
      VALUES (gen_random_uuid(), 'police-75', 'maraude', 'search', gen_random_uuid(), 1)`,
    'receive a flight': `INSERT INTO flight.received
      (id, flight, delivered_case, sender, reference, event_id, unit, received_at, purpose, convention, content, withheld, state, version)
      VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), 'maraude', now(), 'p',
              'c@1', '{}', '[]', 'gone', 1)`,
    'say that a child is found':
      "UPDATE flight.received SET found_said_at = now(), found_said_by = 'a', version = 2",
    'take note of a reported flight':
      "UPDATE flight.received SET acknowledged_at = now(), acknowledged_by = 'a', version = 2",
    'note who took note of a flight':
      "UPDATE flight.told SET acknowledged_at = now(), role = 'officer', acknowledgement_event = gen_random_uuid()",
    'wait longer for a note of a flight': 'UPDATE flight.received SET acknowledge_by = now()',
    'rewrite a reported flight': "UPDATE flight.received SET content = '{}'",
    'delete a flight': 'DELETE FROM flight.known',
    'delete a reported flight': 'DELETE FROM flight.received',
    'announce an operation': `INSERT INTO operation.announced VALUES
      (gen_random_uuid(), 'maraude', 'a', now(), '75', '2026-12-01', '2026-12-04', now(), 12, 'announced', 1)`,
    'call an operation off': "UPDATE operation.announced SET state = 'called-off', version = 2",
    'announce more people': 'UPDATE operation.announced SET expected_people = 13',
    'note a contact point': `INSERT INTO operation.told (operation_id, agency, contact, unit)
      VALUES (gen_random_uuid(), 'asso-refuge', 'foyer', 'maraude')`,
    'note places that others hold': 'UPDATE operation.told SET places_held = 3, acknowledged_at = now()',
    'receive an operation': `INSERT INTO operation.received
      (id, case_id, sender, reference, event_id, unit, received_at, convention, departement, from_day, until_day, expires_at,
       expected_people, content, places_held, state, version)
      VALUES (gen_random_uuid(), gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), 'maraude', now(), 'c@1', '75',
              '2026-12-01', '2026-12-04', now(), 12, '{}', 0, 'new', 1)`,
    'read an operation': 'SELECT * FROM operation.received',
    'hold places':
      "UPDATE operation.received SET state = 'acknowledged', version = 2, acknowledged_at = now(), places_held = 3",
    'give up what an operation said':
      "UPDATE operation.received SET content = '{}', places_held = 0, expired_at = now()",
    'move its last day': 'UPDATE operation.received SET expires_at = now()',
    'delete an operation': 'DELETE FROM operation.received',
    'ask for orientation': orientationRows('maraude'),
    'withdraw a consent': "UPDATE orientation.asked SET consents = '[]', state = 'withdrawn', version = 2",
    'note what became of a request': "UPDATE orientation.asked SET step = 'evaluated', answered_at = now()",
    'ask another coordination': "UPDATE orientation.asked SET coordination = 's'",
    'delete a request': 'DELETE FROM orientation.asked',
    'tell of support': supportRows('maraude'),
    'tell it anew': "UPDATE support.reported SET author = 'b', version = 2, reported_at = now()",
    'tell another préfecture': "UPDATE support.reported SET prefecture = 'prefecture-13'",
    'rewrite who agreed': "UPDATE support.reported SET consent = '{}'",
    'delete what was told': 'DELETE FROM support.reported',
    'receive a request': ORIENTATION,
    'evaluate somebody':
      "UPDATE orientation.request SET state = 'evaluated', version = 2, age = 22, nationality = 'NG'",
    'destroy what a request said':
      "UPDATE orientation.request SET content = '{}', purged_at = now(), purge_reason = 'revoked'",
    'delete what was received': 'DELETE FROM orientation.request',
    'propose a place': PROPOSAL,
    'note an answer to a proposal': "UPDATE orientation.proposal SET state = 'declined', answered_at = now()",
    'propose another place': 'UPDATE orientation.proposal SET place_id = gen_random_uuid()',
    'learn of a place': `INSERT INTO orientation.place VALUES
      (gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), now(), true, '35', 1, '{female}', '{en}', false, false, 1)`,
    'release a year': "INSERT INTO orientation.released_year VALUES (2013, '{}', now())",
    'release a year anew': "UPDATE orientation.released_year SET figures = '{}'",
  };
  const BOTH = [
    'read a referral',
    'read whom it went to',
    'move its state',
    'read a received referral',
    'read a place',
    'read an offer',
    'answer an offer',
    'answer a proposal',
    'forget who comes',
    'note a flight',
    'end a flight',
    'note who is told of a flight',
    'evaluate somebody',
    'note an answer to a proposal',
  ];

  it.each([
    [
      'serve',
      [
        ...BOTH,
        'say that a child is found',
        'take note of a reported flight',
        'make a referral',
        'note whom it goes to',
        'send it again',
        'acknowledge a received referral',
        'declare a place',
        'close a place',
        'declare a place for adults',
        'close a place for adults',
        'say that an adult is there',
        'give an answer',
        'note a received answer',
        'announce an operation',
        'call an operation off',
        'note a contact point',
        'read an operation',
        'hold places',
        'ask for orientation',
        'withdraw a consent',
        'tell of support',
        'tell it anew',
        'propose a place',
        'release a year',
      ],
    ],
    [
      'ingest',
      [
        ...BOTH,
        'note that children are there',
        'receive an offer',
        'receive a proposal',
        'learn who comes',
        'rewrite who comes',
        'note an acknowledgement',
        'receive a referral',
        'rewrite a received referral',
        'receive an answer',
        'empty a received answer',
        'call an operation off',
        'note places that others hold',
        'tell that a flight is overdue',
        'receive a flight',
        'note who took note of a flight',
        'wait longer for a note of a flight',
        'rewrite a reported flight',
        'receive an operation',
        'read an operation',
        'give up what an operation said',
        'note what became of a request',
        'receive a request',
        'destroy what a request said',
        'learn of a place',
      ],
    ],
  ] as const)('%s may do what it needs and nothing else', async (role, allowed: readonly string[]) => {
    const reader = role === 'serve' ? { agency: AGENCY, unit: 'maraude', roles: ['caseworker'] } : undefined;
    expect(await outcomesAs(database[role], TRIES, reader)).toEqual(onlyAllowed(TRIES, allowed));
  });

  describe('row security, the second barrier', () => {
    beforeAll(async () => {
      const CASE = `INSERT INTO messaging.cases (id, unit, created_at) VALUES (gen_random_uuid(), 'maraude', now())`;
      const DOCUMENT = `INSERT INTO messaging.event_document
        VALUES (gen_random_uuid(), 1, 't', '{}', 'p', 'maraude', NULL, gen_random_uuid(), NULL, now())`;
      for (const sql of [
        CASE,
        DOCUMENT,
        caseworkRows('maraude'),
        referralRows('maraude'),
        receivedNoticeRows('maraude'),
        partnerAnswerRows('maraude'),
        operationRows('maraude'),
        flightRows('maraude'),
        PLACE,
        OFFER,
        ADULT_PLACE,
        ADULT_PROPOSAL,
        NAMED_PERSON,
        orientationRows('maraude'),
        supportRows('maraude'),
        ORIENTATION,
        PROPOSAL,
      ]) {
        await database.owner.query(sql);
      }
    });

    it('leaves open only tables that hold nothing about a person', async () => {
      const open = await tablesWithoutRowSecurity(database);
      // What places are like, and figures that were released, are about nobody.
      expect(open).toEqual(
        [...OPEN_IN_EVERY_AGENCY, 'orientation.place', 'orientation.released_year'].sort(),
      );
    });

    it.each([
      ['nobody is named', undefined],
      ['another unit reads', { agency: AGENCY, unit: 'foyer', roles: ['supervisor'] }],
      ['an operator reads', { agency: AGENCY, unit: 'maraude', roles: ['operator'] }],
    ])('shows nothing where %s, whatever the query forgot', async (_, reader) => {
      const seen = await rowsSeen(database, reader);
      expect(Object.entries(seen).filter(([, rows]) => rows > 0)).toEqual([]);
    });

    it('shows the unit its own', async () => {
      const seen = await rowsSeen(database, { agency: AGENCY, unit: 'maraude', roles: ['supervisor'] });
      expect(Object.entries(seen).filter(([, rows]) => rows === 0)).toEqual([]);
    });
  });
});
