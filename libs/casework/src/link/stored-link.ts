import type { TwoReferences } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { evolveLink, type LinkWord, noSuchLink, type PersonLink, type Says } from './link';

export interface LinkRow {
  readonly id: string;
  readonly unit: string;
  readonly agency: string;
  readonly firstReference: string;
  readonly secondReference: string;
  readonly firstCase: string;
  readonly secondCase: string;
}

export interface SaidRow extends LinkWord {
  readonly id: string;
  readonly at: Date;
  readonly delivery: string;
  readonly purpose: string;
  readonly sender: string | null;
  readonly convention: string | null;
  readonly restrictedSince: Date | null;
  readonly stands: boolean;
  /** Of this agency's own, how far it has come and why it has not. */
  readonly state: string | null;
  readonly reason: string | null;
}

/** As decisions see it: of what stands. */
export const linkOf = (said: readonly SaidRow[]): PersonLink =>
  said
    .filter(({ stands }) => stands)
    .reduce<PersonLink>(
      (link, { round, says, sender }) =>
        evolveLink(link, { by: sender === null ? 'us' : 'them', word: { round, says } }),
      {},
    );

/** Counts what was said and taken back, for `ETag`. */
export const versionOf = (said: readonly SaidRow[]): number =>
  said.length + said.filter(({ stands }) => !stands).length;

/** The smaller first: both agencies know a link by the same pair. */
export const inOrder = (one: string, other: string): TwoReferences =>
  one < other ? { first: one, second: other } : { first: other, second: one };

/** Words of both sides of one link take turns, also where there is no link yet. */
export async function lockLink(
  manager: EntityManager,
  agency: string,
  { first, second }: TwoReferences,
): Promise<void> {
  await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('link ' || $1, 0))`, [
    `${agency} ${first} ${second}`,
  ]);
}

/** The link is locked. */
export async function findOrOpen(
  manager: EntityManager,
  at: Date,
  row: Omit<LinkRow, 'id'>,
): Promise<LinkRow> {
  const { unit, agency, firstReference, secondReference, firstCase, secondCase } = row;
  const [known] = await manager.query<LinkRow[]>(
    `${LINKS} WHERE l.agency = $1 AND l.first_reference = $2 AND l.second_reference = $3`,
    [agency, firstReference, secondReference],
  );
  if (known) return known;
  const id = uuidv7();
  await manager.query('INSERT INTO link.person_link VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
    id,
    unit,
    agency,
    firstReference,
    secondReference,
    firstCase,
    secondCase,
    at,
  ]);
  return { id, ...row };
}

/** @throws AppError `link-not-found`, also where it is another unit's */
export async function getLink(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
): Promise<LinkRow> {
  const [row] = await manager.query<LinkRow[]>(`${LINKS} WHERE l.id = $1 AND l.unit = $2`, [id, unit]);
  if (!row) throw noSuchLink();
  return row;
}

/** Of a case of the unit, newest first. */
export function linksOf(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  caseId: string,
  limit: number,
): Promise<LinkRow[]> {
  return manager.query<LinkRow[]>(
    `${LINKS} WHERE l.unit = $1 AND (l.first_case = $2 OR l.second_case = $2) ORDER BY l.id DESC LIMIT $3`,
    [unit, caseId, limit],
  );
}

/** In the order in which it came. */
export function saidOf(manager: EntityManager, linkId: string): Promise<SaidRow[]> {
  return manager.query<SaidRow[]>(SAID, [linkId]);
}

export interface OwnWord {
  readonly link: LinkRow;
  readonly round: number;
  readonly says: Says;
  readonly at: Date;
  readonly delivery: string;
  readonly purpose: string;
  readonly agent: string;
}

export async function storeOwn(manager: EntityManager, word: OwnWord): Promise<void> {
  const { link, round, says, at, delivery, purpose, agent } = word;
  await manager.query(
    `INSERT INTO link.said (id, link_id, unit, round, says, at, delivery, purpose, agent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [uuidv7(), link.id, link.unit, round, says, at, delivery, purpose, agent],
  );
}

const LINKS = `
SELECT l.id, l.unit, l.agency, l.first_reference AS "firstReference", l.second_reference AS "secondReference",
       l.first_case AS "firstCase", l.second_case AS "secondCase"
  FROM link.person_link l`;

const SAID = `
SELECT s.id, s.round, s.says, s.at, s.delivery, s.purpose, s.sender, s.convention, s.restricted_since AS "restrictedSince", s.stands,
       d.state, d.reason
  FROM link.said s
  LEFT JOIN LATERAL (
    SELECT t.state, t.reason FROM messaging.delivery_status t
     WHERE s.sender IS NULL AND t.case_id = s.delivery ORDER BY t.sequence DESC NULLS LAST LIMIT 1
  ) d ON true
 WHERE s.link_id = $1 ORDER BY s.id`;
