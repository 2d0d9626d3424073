import { type Acts, referenceProblems } from '@liaison/casework';
import { AppError, type Clock } from '@liaison/kernel';
import { currentTraceparent } from '@liaison/messaging';
import { freeBeds } from '@liaison/placement';
import { currentCorrelationId, type Identity, invalidRequest, requireIfMatch } from '@liaison/platform';
import type { DeepPartial, EntityManager, FindOptionsWhere, QueryDeepPartialEntity } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { BedDeclarations, Saying } from './bed-declarations';
import { bedsOf } from './beds';
import type { BedOffer, BedPlace } from './beds.entity';

export interface ChangeOfPlace {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** Of every place: the rest is its own. */
export type PlaceColumns<Place extends BedPlace> = Omit<
  Place,
  'id' | 'unit' | 'open' | 'version' | 'declaredAt'
>;

/** T1 of a declaration: the place stands here and whoever may ask for it is told what it is like, or nothing happens. */
export abstract class DeclareBeds<Place extends BedPlace, Offer extends BedOffer> {
  protected constructor(
    private readonly clock: Clock,
    private readonly acts: Acts,
    private readonly declarations: BedDeclarations<Place, Offer>,
  ) {}

  /** @throws AppError what `runOnce` throws */
  protected first(
    identity: Identity,
    { route, request, idempotencyKey }: Asked,
    columns: PlaceColumns<Place>,
  ) {
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const at = this.clock.now();
      const { places } = this.declarations.book;
      const standing = { id: uuidv7(), unit: identity.unit, open: true, version: 1, declaredAt: at };
      const row = manager.create(places, { ...columns, ...standing } as unknown as DeepPartial<Place>);
      await manager.insert(places, row as QueryDeepPartialEntity<Place>);
      const lanes = await this.declarations.first(manager, row, saying(identity, at));
      return { status: 201, lanes, body: this.answer(row, row.capacity, at) };
    });
  }

  /**
   * The whole of it anew. Fewer beds than are taken put nobody out.
   * @param columns absent: the place closes
   * @throws AppError `place-not-found`, `place-closed`, `precondition-*`, or what `runOnce` throws
   */
  protected again(
    identity: Identity,
    { route, request, idempotencyKey }: Asked,
    { id, ifMatch }: Pick<ChangeOfPlace, 'id' | 'ifMatch'>,
    columns?: PlaceColumns<Place>,
  ) {
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const { book } = this.declarations;
      const before = await getPlaceOf(manager, book.places, identity, id, 'pessimistic_write');
      requireIfMatch(ifMatch, before.version);
      if (!before.open) {
        throw new AppError('place-closed', 'The place is closed: declare another one.');
      }
      const at = this.clock.now();
      const changes = { ...(columns ?? { open: false }), version: before.version + 1, declaredAt: at };
      await manager.update(book.places, { id }, changes as unknown as QueryDeepPartialEntity<Place>);
      const row = Object.assign(before, changes);
      const lanes = await this.declarations.again(manager, row, saying(identity, at));
      return { status: 200, lanes, body: this.answer(row, freeBeds(await bedsOf(manager, book, row)), at) };
    });
  }

  private answer(row: Place, free: number, at: Date) {
    const { id, version, open } = row;
    return { id, version, open, free: open ? free : 0, told: this.declarations.told(row, free, at) };
  }
}

interface Asked {
  readonly route: string;
  readonly request: unknown;
  readonly idempotencyKey: string;
}

/** @throws AppError `place-not-found`, also where it is another unit's: nobody learns that it exists */
export async function getPlaceOf<Place extends BedPlace>(
  manager: EntityManager,
  places: new () => Place,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<Place> {
  const where = { id, unit } as FindOptionsWhere<Place>;
  const row = await manager.findOne(places, { where, ...(lock && { lock: { mode: lock } }) });
  if (!row) throw new AppError('place-not-found', 'Your unit has declared no such place.');
  return row;
}

/** Codes of lists that no list has. @throws AppError `invalid-request` */
export function requireKnownCodes(payload: new () => object, said: object): void {
  const problems = referenceProblems(payload, said);
  if (!problems) return;
  throw invalidRequest(
    Object.entries(problems).map(([path, detail]) => ({ pointer: `/${path.replaceAll('.', '/')}`, detail })),
  );
}

const saying = ({ unit, pseudonym }: Identity, decidedAt: Date): Saying => ({
  unit,
  agent: pseudonym,
  correlationId: currentCorrelationId(),
  traceparent: currentTraceparent(),
  decidedAt,
});
