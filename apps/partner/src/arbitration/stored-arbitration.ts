import type { Identity } from '@liaison/platform';
import { type Arbitration, noSuchArbitration } from '@liaison/placement';
import type { EntityManager } from 'typeorm';
import { ArbitrationRow } from './arbitration.entity';

/** @throws AppError `arbitration-not-found`, also where another unit was asked: nobody learns that it exists */
export async function getArbitration(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<ArbitrationRow> {
  const row = await manager.findOne(ArbitrationRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchArbitration();
  return row;
}

/** As decisions see it. */
export const arbitrationOf = (row: ArbitrationRow): Arbitration => ({
  version: row.version,
  state: row.state,
  level: row.level,
  between: [row.sheltering, row.claimed],
  ...(row.competent !== null && { competent: row.competent }),
});

/** Of the row, what a decision changes. */
export const arbitrationColumns = ({
  version,
  state,
  level,
  between: [sheltering, claimed],
  competent,
}: Arbitration): Pick<
  ArbitrationRow,
  'version' | 'state' | 'level' | 'sheltering' | 'claimed' | 'competent'
> => ({ version, state, level, sheltering, claimed, competent: competent ?? null });
