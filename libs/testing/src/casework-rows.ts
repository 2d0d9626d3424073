/** A row in each table of casework, of one unit: for the tests of what the roles of a service's database may do. */
export const caseworkRows = (unit: string): string => `
INSERT INTO desk.colleague VALUES ('${unit}', 'a', '{}', now());
INSERT INTO desk.assignment VALUES (gen_random_uuid(), '${unit}', 'a', 1, now());
INSERT INTO desk.assignment_change VALUES ('${unit}', gen_random_uuid(), 1, 'taken', 'a', 'a', NULL, now());
INSERT INTO desk.note VALUES (gen_random_uuid(), '${unit}', gen_random_uuid(), 'a', now(), 'x', NULL)`;
