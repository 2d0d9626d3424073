/** A row in each table of casework, of one unit that has a case: for the tests of what the roles of a service's database may do. */
export const caseworkRows = (unit: string): string => `
INSERT INTO desk.colleague VALUES ('${unit}', 'a', '{}', now());
INSERT INTO desk.assignment VALUES (gen_random_uuid(), '${unit}', 'a', 1, now());
INSERT INTO desk.assignment_change VALUES ('${unit}', gen_random_uuid(), 1, 'taken', 'a', 'a', NULL, now());
INSERT INTO desk.note VALUES (gen_random_uuid(), '${unit}', gen_random_uuid(), 'a', now(), 'x', NULL);
INSERT INTO desk.saved_filter VALUES ('${unit}', 'a', 'late', '{}');
INSERT INTO desk.search_term VALUES ('${unit}', gen_random_uuid(), gen_random_uuid(), 'p', 't', NULL);
INSERT INTO casework.consent (id, case_id, unit, recipient_kind, purpose, value, said_on, author, at)
VALUES (gen_random_uuid(), gen_random_uuid(), '${unit}', 'association', 'p', 'given', now(), 'a', now());
INSERT INTO casework.about_case VALUES (gen_random_uuid(), gen_random_uuid(), '${unit}');
WITH linked AS (
  INSERT INTO link.person_link
  VALUES (gen_random_uuid(), '${unit}', 'a', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now())
  RETURNING id
) INSERT INTO link.said (id, link_id, unit, round, says, at, delivery, purpose, agent)
  SELECT gen_random_uuid(), id, '${unit}', 1, 'same', now(), gen_random_uuid(), 'p', 'a' FROM linked;
INSERT INTO messaging.share_ground SELECT gen_random_uuid(), 1, id, '{}', 1, NULL, now() FROM messaging.cases WHERE unit = '${unit}';
INSERT INTO casework.revocation (id, case_id, unit, recipient, reference, ground, effect, events, at)
  VALUES (gen_random_uuid(), gen_random_uuid(), '${unit}', 'a', gen_random_uuid(), 'consent', 'restrict', '{}', now());
INSERT INTO desk.break_glass (id, unit, case_id, agent, ground, reason, fields, opened_at, until, review_by, version)
VALUES (gen_random_uuid(), '${unit}', gen_random_uuid(), 'a', 'g', 'r', '[]', now(), now() + interval '1 hour', now(), 1);
INSERT INTO desk.break_glass_told (sender, opening, unit, case_id, event_id, convention, fields, received_at)
VALUES ('prefecture-75', gen_random_uuid(), '${unit}', gen_random_uuid(), gen_random_uuid(), 'c@1', '[]', now());
INSERT INTO casework.onward_share (share, agency, event_id, unit, recipient, type, convention, categories, shared_at)
VALUES (gen_random_uuid(), 'police-75', gen_random_uuid(), '${unit}', 'police-13', 't', 'c@1', '{}', now());
INSERT INTO desk.onward_share_told (sender, share, event_id, unit, case_id, categories, received_at)
VALUES ('prefecture-75', gen_random_uuid(), gen_random_uuid(), '${unit}', gen_random_uuid(), '[]', now());
INSERT INTO desk.urgent_asked (id, unit, request_case, agency, ground, asked_by, asked_at, due_at, state, version)
VALUES (gen_random_uuid(), '${unit}', gen_random_uuid(), 'police-75', 'g', 'a', now(), now(), 'asked', 1);
INSERT INTO desk.urgent_received (id, agency, request, unit, request_case, event_id, purpose, convention, content, withheld, received_at, state, version)
VALUES (gen_random_uuid(), 'prefecture-75', gen_random_uuid(), '${unit}', gen_random_uuid(), gen_random_uuid(), 'p', 'c@1', '{}', '[]', now(), 'open', 1);
WITH added AS (
  INSERT INTO casework.attachment (id, case_id, unit, state, parts, added_at, purpose)
  VALUES (gen_random_uuid(), gen_random_uuid(), '${unit}', 'complete', 1, now(), 'p') RETURNING id
) INSERT INTO casework.attachment_part (attachment_id, part, bytes) SELECT id, 1, 'x' FROM added`;

/** A row in each table of referrals, of one unit. */
export const referralRows = (unit: string): string => `
INSERT INTO referral.made VALUES (gen_random_uuid(), '${unit}', 'a', now(), '75', 'serious', false, 'sent', 1);
INSERT INTO referral.told (referral_id, agency, unit, duty, case_version)
VALUES (gen_random_uuid(), 'ase-75', '${unit}', 'child-protection', 1);
INSERT INTO referral.received
  (id, case_id, sender, reference, event_id, unit, received_at, purpose, convention, content, withheld, state, version)
VALUES (gen_random_uuid(), gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), '${unit}', now(), 'p', 'c@1', '{}', '[]',
        'new', 1);`;

/** A row in each table of what partners answer, of one unit. */
export const partnerAnswerRows = (unit: string): string => `
INSERT INTO partner.answer_given
VALUES (gen_random_uuid(), gen_random_uuid(), '${unit}', 'a', 'police-75', now(), gen_random_uuid(), 1);
INSERT INTO partner.answer_received
  (id, case_id, unit, sender, reference, event_id, received_at, purpose, convention, content, withheld, state, version)
VALUES (gen_random_uuid(), gen_random_uuid(), '${unit}', 's', gen_random_uuid(), gen_random_uuid(), now(), 'p', 'c@1', '{}', '[]',
        'new', 1);`;

/** A row in each table of operations, of one unit. */
export const operationRows = (unit: string): string => `
INSERT INTO operation.announced VALUES
  (gen_random_uuid(), '${unit}', 'a', now(), '75', '2026-12-01', '2026-12-04', now(), 12, 'announced', 1);
INSERT INTO operation.told (operation_id, agency, contact, unit) VALUES (gen_random_uuid(), 'asso-refuge', 'foyer', '${unit}');
INSERT INTO operation.received
  (id, case_id, sender, reference, event_id, unit, received_at, convention, departement, from_day, until_day, expires_at,
   expected_people, content, places_held, state, version)
VALUES (gen_random_uuid(), gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), '${unit}', now(), 'c@1', '75',
        '2026-12-01', '2026-12-04', now(), 12, '{}', 0, 'new', 1);`;

/** A row in each table of flights, of one unit. */
export const flightRows = (unit: string): string => `
INSERT INTO flight.known (id, subject, unit, author, noticed_at, police_missing, place_known, state, version)
VALUES (gen_random_uuid(), gen_random_uuid(), '${unit}', 'a', now(), false, false, 'noticed', 1);
INSERT INTO flight.told VALUES (gen_random_uuid(), 'police-75', '${unit}', 'search', gen_random_uuid(), 1);
INSERT INTO flight.received
  (id, flight, delivered_case, sender, reference, event_id, unit, received_at, purpose, convention, content, withheld, state, version)
VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), '${unit}', now(), 'p',
        'c@1', '{}', '[]', 'gone', 1);`;
/** A row in each table of received notices, of one unit. */
export const receivedNoticeRows = (unit: string): string => `
INSERT INTO notice.received_notice
  (id, case_id, sender, reference, event_id, recipient_version, unit, received_at, purpose, convention, content, withheld, provenance,
   state, version)
VALUES (gen_random_uuid(), gen_random_uuid(), 's', gen_random_uuid(), gen_random_uuid(), 1, '${unit}', now(), 'p', 'c@1', '{}', '[]',
        '{}', 'new', 1);`;
/** Requests of this agency for orientation of adults. */
export const orientationRows = (unit: string): string => `
INSERT INTO orientation.asked (id, unit, author, asked_at, coordination, consents, state, version)
VALUES (gen_random_uuid(), '${unit}', 'a', now(), 'ac-se', '[]', 'sent', 1);`;
/** What this agency told the préfecture of somebody's support. */
export const supportRows = (unit: string): string => `
INSERT INTO support.reported (id, unit, author, reported_at, prefecture, consent, version)
VALUES (gen_random_uuid(), '${unit}', 'a', now(), 'prefecture-75', '{}', 1);`;

/** What associations told this agency of it. */
export const receivedSupportRows = (unit: string): string => `
INSERT INTO support.received
  (id, case_id, unit, sender, reference, event_id, received_at, purpose, convention, departement, content, withheld, state, version)
VALUES (gen_random_uuid(), gen_random_uuid(), '${unit}', 's', gen_random_uuid(), gen_random_uuid(), now(), 'p', 'c@1', '75', '{}',
        '[]', 'new', 1);`;
