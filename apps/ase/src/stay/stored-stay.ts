import { type CaseFacts, factsAt } from '@liaison/casework';
import { AppError } from '@liaison/kernel';
import type { Stay } from '@liaison/placement';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { StayRow } from './stay.entity';

/** @throws AppError `stay-not-found`, also where it is another unit's */
export async function getStay(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<StayRow> {
  const row = await manager.findOne(StayRow, { where: { id, unit }, ...(lock && { lock: { mode: lock } }) });
  if (!row) throw new AppError('stay-not-found', 'Your unit has no such stay.');
  return row;
}

/** As decisions see it. */
export const stayOf = ({ version, from, lastDay, renewals, endedOn, endReason }: StayRow): Stay => ({
  ...{ version, from, renewals },
  ...(lastDay !== null && { lastDay }),
  ...(endedOn !== null && endReason !== null && { ended: { on: endedOn, reason: endReason } }),
});

/** As routes show it. */
export const stayBody = (
  { id, requestId, caseId }: Pick<StayRow, 'id' | 'requestId' | 'caseId'>,
  { version, from, lastDay, renewals, ended }: Stay,
) => ({
  ...{ id, caseId, version, from, renewals },
  request: requestId,
  lastDay: lastDay ?? null,
  endedOn: ended?.on ?? null,
  reason: ended?.reason ?? null,
});

/** What is known of a child's age, and from when on that is another. */
export interface KnownAge {
  readonly age?: 'minor' | 'adult';
  readonly ofAgeAt: Date | null;
  readonly factsVersion: string;
}

/** @param owner agency id that vouches */
export async function ageOf(
  manager: EntityManager,
  caseId: string,
  at: Date,
  owner: string,
): Promise<KnownAge> {
  const [found] = await manager.query<{ facts: CaseFacts | null; facts_version: string }[]>(
    'SELECT facts, facts_version FROM messaging.cases WHERE id = $1',
    [caseId],
  );
  const { age } = factsAt(found?.facts ?? {}, at, owner);
  const known = age?.value;
  return {
    ...((known === 'minor' || known === 'adult') && { age: known }),
    // Of age already: since when says nothing that is still to come.
    ofAgeAt: age?.until ?? (known === 'adult' ? at : null),
    factsVersion: found?.facts_version ?? '0',
  };
}
