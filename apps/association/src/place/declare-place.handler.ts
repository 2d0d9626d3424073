import { Acts, CLOCK, referenceProblems } from '@liaison/casework';
import { PlaceDeclaredV1 } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { freeBeds, type Lodging, requireDeclarable } from '@liaison/placement';
import { currentCorrelationId, type Identity, invalidRequest, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type PlaceAddress, PlaceRow } from './place.entity';
import { bedsOf } from './place-beds';
import { PlaceDeclarations, type Saying } from './place-declarations';
import { getPlace } from './stored-place';

/** What a shelter says of a place to this service. */
export interface PlaceSaid {
  readonly label: string;
  readonly lodging: Lodging;
  readonly departement: string;
  readonly address: PlaceAddress;
  readonly ages: { readonly from: number; readonly to: number };
  readonly sexes: PlaceDeclaredV1['sexes'];
  readonly languages: string[];
  readonly trainedStaff: boolean;
  readonly secure: boolean;
  readonly schooling: PlaceDeclaredV1['schooling'];
  readonly capacity: number;
}

interface ChangeOf {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** T1 of a declaration: the place stands here and every ASE is told what it is like, or nothing happens. */
@Injectable()
export class DeclarePlaceHandler {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
    private readonly declarations: PlaceDeclarations,
  ) {}

  /** @throws AppError `hotel-refused` (R24), `ages-reversed`, `invalid-request`, or what `runOnce` throws */
  declare(identity: Identity, said: PlaceSaid, idempotencyKey: string) {
    requireSayable(said);
    const request = { said };
    return this.acts.run(identity, { route: 'POST /v1/places', idempotencyKey, request }, async (manager) => {
      const at = this.clock.now();
      const { unit } = identity;
      const row = manager.create(PlaceRow, {
        id: uuidv7(),
        unit,
        ...columnsOf(said),
        open: true,
        version: 1,
        declaredAt: at,
      });
      await manager.insert(PlaceRow, row);
      const { lanes } = await this.outbox.openCase(
        manager,
        { id: row.id, unit, facts: {} },
        this.declarations.event(row, row.capacity, this.saying(identity, at)),
      );
      return { status: 201, lanes, body: this.answer(row, row.capacity, at) };
    });
  }

  /**
   * The whole of it anew. Fewer beds than are taken put nobody out.
   * @throws AppError `place-not-found`, `place-closed`, `precondition-*`, or what `declare` throws
   */
  change(identity: Identity, said: PlaceSaid, { id, ifMatch, idempotencyKey }: ChangeOf) {
    requireSayable(said);
    return this.again(identity, 'PUT /v1/places/:id', { id, ifMatch, idempotencyKey }, said);
  }

  /** @throws AppError `place-not-found`, `place-closed`, `precondition-*`, or what `runOnce` throws */
  close(identity: Identity, changed: ChangeOf) {
    return this.again(identity, 'POST /v1/places/:id/close', changed);
  }

  /** @param said absent: the place closes */
  private again(
    identity: Identity,
    route: string,
    { id, ifMatch, idempotencyKey }: ChangeOf,
    said?: PlaceSaid,
  ) {
    const request = { id, ...(said && { said }) };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const before = await getPlace(manager, identity, id, 'pessimistic_write');
      requireIfMatch(ifMatch, before.version);
      if (!before.open) {
        throw new AppError('place-closed', 'The place is closed: declare another one.');
      }
      const at = this.clock.now();
      const changes = {
        ...(said ? columnsOf(said) : { open: false }),
        version: before.version + 1,
        declaredAt: at,
      };
      await manager.update(PlaceRow, id, changes);
      const row = manager.create(PlaceRow, { ...before, ...changes });
      const lanes = await this.declarations.again(manager, row, this.saying(identity, at));
      return { status: 200, lanes, body: this.answer(row, freeBeds(await bedsOf(manager, row)), at) };
    });
  }

  private saying({ unit, pseudonym }: Identity, decidedAt: Date): Saying {
    return {
      unit,
      agent: pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt,
    };
  }

  private answer(row: PlaceRow, free: number, at: Date) {
    const { id, version, open } = row;
    return { id, version, open, free: open ? free : 0, told: this.declarations.told(row, free, at) };
  }
}

/** @throws AppError `hotel-refused`, `ages-reversed`, `invalid-request` */
function requireSayable(said: PlaceSaid): void {
  requireDeclarable(said);
  const problems = referenceProblems(PlaceDeclaredV1, said);
  if (!problems) return;
  throw invalidRequest(
    Object.entries(problems).map(([path, detail]) => ({ pointer: `/${path.replaceAll('.', '/')}`, detail })),
  );
}

function columnsOf({ ages, lodging, ...said }: PlaceSaid) {
  const { label, departement, address, sexes, languages, trainedStaff, secure, schooling, capacity } = said;
  return {
    ...{ label, departement, sexes, languages, trainedStaff, secure, schooling, capacity },
    address: { ...address },
    // `requireDeclarable` has refused the one lodging that cannot be declared.
    lodging: lodging as PlaceRow['lodging'],
    agesFrom: ages.from,
    agesTo: ages.to,
  };
}
