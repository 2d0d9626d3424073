import { type BreakGlassGround } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { type Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { isOpen, type Verdict } from './break-glass';
import type { BreakGlassItem, ToldBreakGlass } from './break-glass.dto';

/** An opening, as it is stored. */
export interface Row {
  readonly id: string;
  readonly unit: string;
  readonly case_id: string;
  readonly agent: string;
  readonly ground: BreakGlassGround;
  readonly reason: string;
  readonly fields: string[];
  readonly origin: string | null;
  readonly opened_at: Date;
  readonly until: Date;
  readonly ended_at: Date | null;
  readonly review_by: Date;
  readonly verdict: Verdict | null;
  readonly words: string | null;
  readonly reviewed_by: string | null;
  readonly reviewed_at: Date | null;
  readonly version: number;
}

export const noSuchOpening = () => new AppError('break-glass-not-found', 'Your unit has no such opening.');

export async function getRow(
  manager: EntityManager,
  { unit }: Identity,
  id: string,
  lock = '',
): Promise<Row> {
  const [row] = await manager.query<Row[]>(`${SELECT} WHERE id = $1 AND unit = $2 ${lock}`, [id, unit]);
  if (!row) throw noSuchOpening();
  return row;
}

export const itemOf = (row: Row, { pseudonym }: Identity, at: Date): BreakGlassItem => ({
  id: row.id,
  caseId: row.case_id,
  by: row.agent,
  mine: row.agent === pseudonym,
  ground: row.ground,
  recipient: row.origin,
  openedAt: row.opened_at.toISOString(),
  until: row.until.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  open: isOpen({ ...row, endedAt: row.ended_at }, at),
  reviewBy: row.review_by.toISOString(),
  overdue: row.reviewed_at === null && row.review_by <= at,
  verdict: row.verdict,
  reviewedAt: row.reviewed_at?.toISOString() ?? null,
  version: row.version,
});

export const SELECT = `
SELECT id, unit, case_id, agent, ground, reason, fields, origin, opened_at, until, ended_at, review_by, verdict, words,
       reviewed_by, reviewed_at, version
  FROM desk.break_glass`;

export interface ToldRow {
  readonly sender: string;
  readonly opening: string;
  readonly case_id: string;
  readonly ground: string | null;
  readonly fields: string[];
  readonly opened_at: Date | null;
  readonly until: Date | null;
  readonly received_at: Date;
  readonly noted_at: Date | null;
}

export const toldOf = (row: ToldRow): ToldBreakGlass => ({
  agency: row.sender,
  id: row.opening,
  caseId: row.case_id,
  ground: row.ground,
  fields: row.fields,
  openedAt: row.opened_at?.toISOString() ?? null,
  until: row.until?.toISOString() ?? null,
  receivedAt: row.received_at.toISOString(),
  notedAt: row.noted_at?.toISOString() ?? null,
});
