import { lockCase } from '@liaison/casework';
import { AppError } from '@liaison/kernel';
import {
  evolveOrientation,
  type Orientation,
  type OrientationEvent,
  type Proposal,
} from '@liaison/placement';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import { OrientationRow, ProposalRow } from './orientation.entity';

export interface StoredOrientation {
  readonly row: OrientationRow;
  readonly orientation: Orientation;
}

/** @throws AppError `orientation-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getOrientation(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
): Promise<OrientationRow> {
  const row = await manager.findOneBy(OrientationRow, { id, unit });
  if (!row) throw noSuchOrientation();
  return row;
}

/** The case before its request, as whatever arrives takes them. @throws AppError `orientation-not-found` */
export async function lockOrientation(
  manager: EntityManager,
  { caseId, id }: Pick<OrientationRow, 'caseId' | 'id'>,
): Promise<StoredOrientation> {
  await lockCase(manager, caseId);
  const row = await manager.findOne(OrientationRow, {
    where: { id },
    lock: { mode: 'for_no_key_update' },
  });
  if (!row) throw noSuchOrientation();
  const proposals = await manager.find(ProposalRow, { where: { requestId: id }, order: { id: 'ASC' } });
  return { row, orientation: orientationOf(row, proposals) };
}

export const noSuchOrientation = () =>
  new AppError('orientation-not-found', 'Your unit has no such request for orientation.');

/** As decisions see it. */
function orientationOf(row: OrientationRow, proposals: readonly ProposalRow[]): Orientation {
  const { content, closedOn, outcome } = row;
  const { ageBand = '18-20', languages = [], needs = [], children = 0 } = content.needs ?? {};
  return {
    state: row.state,
    version: row.version,
    asked: {
      // Nobody else is stored: what came of a minor was parked.
      age: 'adult',
      askedBy: { kind: row.senderKind, partner: row.fromPartner },
      endangered: content.endangered ?? true,
      needsDistance: content.needsDistance ?? true,
      exploitation: content.exploitation?.departements ?? [],
      needs: { ageBand, languages, needs, children },
    },
    proposals: proposals.map(({ id, placeId, state, declined }): Proposal => ({
      ...{ id, place: placeId, state },
      ...(declined && { declined }),
    })),
    ...(row.admittedOn !== null && { admittedOn: row.admittedOn }),
    ...(row.followedUpOn !== null && { followedUpOn: row.followedUpOn }),
    ...(closedOn !== null && outcome !== null && { closed: { on: closedOn, outcome } }),
  };
}

/** What is recorded of the person for the counts, beside what the request says. */
export interface Profile {
  /** Completed years on the day of the request. */
  readonly age: number;
  readonly nationality: string;
}

/** Writes what an event changes, but not a new proposal. */
export async function storeOrientation(
  manager: EntityManager,
  { row, orientation }: StoredOrientation,
  event: OrientationEvent,
  { at, ...more }: { readonly at: Date } & Partial<Profile & Pick<OrientationRow, 'consents'>>,
): Promise<Orientation> {
  const next = evolveOrientation(orientation, event);
  for (const { id, state, declined } of next.proposals) {
    const before = orientation.proposals.find((each) => each.id === id);
    if (!before || before.state === state) continue;
    await manager.update(ProposalRow, id, { state, declined: declined ?? null, answeredAt: at });
  }
  const changed = next !== orientation || more.consents !== undefined || more.age !== undefined;
  const version = next.version === orientation.version && changed ? next.version + 1 : next.version;
  await manager.update(OrientationRow, row.id, {
    ...more,
    state: next.state,
    version,
    ...(event.type === 'admitted' && { admittedOn: event.on }),
    ...(event.type === 'followed-up' && { followedUpOn: event.on }),
    ...(event.type === 'closed' && { closedOn: event.on, outcome: event.outcome }),
  });
  return { ...next, version };
}
