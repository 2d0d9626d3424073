import { Acts, AGENCY, Cases, CLOCK, endOfLegalDay, legalDay, lockCase } from '@liaison/casework';
import { AppError, type Agency, type Clock } from '@liaison/kernel';
import { decideShelter, evolveShelter, type ProvisionalShelter, type ShelterEnd } from '@liaison/placement';
import { type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ShelterRow } from './competence.entity';
import { shelterOf } from './stored-competence';

export interface ShelterChild {
  readonly caseId: string;
  /** `YYYY-MM-DD`; absent: today. */
  readonly from?: string;
  readonly idempotencyKey: string;
}

export interface OfShelter {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** T1 of provisional shelter. It asks nobody which département is competent (R28). */
@Injectable()
export class ShelterHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly cases: Cases,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError `case-not-found`, `shelter-exists`, `day-in-the-future`, or what `runOnce` throws */
  shelter(identity: Identity, { caseId, from, idempotencyKey }: ShelterChild) {
    const route = 'POST /v1/provisional-shelters';
    return this.acts.run(identity, { route, idempotencyKey, request: { caseId, from } }, async (manager) => {
      await this.cases.get(manager, identity, caseId);
      await lockCase(manager, caseId);
      const live = await manager
        .createQueryBuilder(ShelterRow, 's')
        .where('s.caseId = :caseId AND s.endedOn IS NULL', { caseId })
        .getOne();
      const today = this.today();
      const event = decideShelter(live ? shelterOf(live) : undefined, {
        type: 'shelter',
        today,
        from: from ?? today,
      });
      const shelter = evolveShelter(undefined, event);
      const id = uuidv7();
      await manager.insert(ShelterRow, {
        id,
        unit: identity.unit,
        caseId,
        from: shelter.from,
        recordedAt: this.clock.now(),
        ...this.columns(shelter),
      });
      return { status: 201, body: bodyOf(id, shelter) };
    });
  }

  /** @throws AppError `shelter-*`, `precondition-*`, or what `runOnce` throws */
  extend(identity: Identity, of: OfShelter) {
    return this.changed(identity, 'extend', of, { type: 'extend' });
  }

  /** @throws AppError `shelter-*`, `precondition-*`, or what `runOnce` throws */
  end(identity: Identity, { reason, ...of }: OfShelter & { readonly reason: ShelterEnd }) {
    return this.changed(identity, 'end', of, { type: 'end', reason });
  }

  private changed(
    identity: Identity,
    verb: string,
    { id, ifMatch, idempotencyKey }: OfShelter,
    command: { readonly type: 'extend' } | { readonly type: 'end'; readonly reason: ShelterEnd },
  ) {
    const route = `POST /v1/provisional-shelters/:id/${verb}`;
    const request = { id, ...command };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const row = await lockShelter(manager, identity, id);
      requireIfMatch(ifMatch, row.version);
      const event = decideShelter(
        shelterOf(row),
        command.type === 'end' ? { ...command, today: this.today() } : command,
      );
      const shelter = evolveShelter(shelterOf(row), event);
      await manager.update(ShelterRow, id, this.columns(shelter));
      return { status: 200, body: bodyOf(id, shelter) };
    });
  }

  private today(): string {
    return legalDay(this.clock.now(), this.agency.departement);
  }

  private columns({ lastDay, extensions, ended, version }: ProvisionalShelter) {
    return {
      lastDay,
      dueAt: endOfLegalDay(lastDay, this.agency.departement),
      extensions,
      endedOn: ended?.on ?? null,
      endReason: ended?.reason ?? null,
      version,
      overdueToldAt: null,
    };
  }
}

const bodyOf = (id: string, { version, from, lastDay, extensions, ended }: ProvisionalShelter) => ({
  id,
  version,
  from,
  lastDay,
  extensions,
  endedOn: ended?.on ?? null,
  reason: ended?.reason ?? null,
});

/** @throws AppError `shelter-not-found`, also where it is another unit's */
async function lockShelter(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
): Promise<ShelterRow> {
  const row = await manager.findOne(ShelterRow, { where: { id, unit }, lock: { mode: 'pessimistic_write' } });
  if (!row) throw new AppError('shelter-not-found', 'Your unit has no such provisional shelter.');
  return row;
}
