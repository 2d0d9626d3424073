import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';

/**
 * Injection token: what this agency exchanges about its cases beside what they came or went by, each of which is a case of its own in
 * delivery. SELECTs, with the columns
 *
 * - `delivery` uuid: in `messaging.cases`
 * - `case_id` uuid: as the register of cases has it
 * - `unit` text
 * - `came_for` text: the purpose for which it came, null where it is this agency's own
 */
export const EXCHANGE_SOURCES = Symbol('EXCHANGE_SOURCES');

export interface AboutExchange {
  readonly delivery: string;
  readonly cameFor: string | null;
}

/** About a case of the reader's own unit. */
export async function exchangesAbout(
  manager: EntityManager,
  sources: readonly string[],
  { unit }: Pick<Identity, 'unit'>,
  caseId: string,
): Promise<readonly AboutExchange[]> {
  if (sources.length === 0) return [];
  return manager.query<AboutExchange[]>(
    `SELECT delivery, came_for AS "cameFor" FROM (${allOf(sources)}) AS x (${COLUMNS}) WHERE case_id = $1 AND unit = $2`,
    [caseId, unit],
  );
}

/** The case that it is about, whoever's it is: for what arrives. */
export async function caseOfExchange(
  manager: EntityManager,
  sources: readonly string[],
  { sender, reference }: { readonly sender: string; readonly reference: string },
): Promise<{ readonly id: string; readonly unit: string } | undefined> {
  if (sources.length === 0) return undefined;
  const [row] = await manager.query<{ id: string; unit: string }[]>(
    `SELECT x.case_id AS id, x.unit FROM (${allOf(sources)}) AS x (${COLUMNS})
       JOIN messaging.case_reference r ON r.case_id = x.delivery
      WHERE r.peer = $1 AND r.reference = $2`,
    [sender, reference],
  );
  return row;
}

const COLUMNS = 'delivery, case_id, unit, came_for';

const allOf = (sources: readonly string[]): string =>
  sources.map((source) => `(${source})`).join(' UNION ALL ');
