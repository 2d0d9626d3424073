import type { Json } from '@liaison/kernel';
import {
  decodeCursor,
  type Identity,
  isIdPosition,
  isInstantPosition,
  type Page,
  pageOf,
  type PageQuery,
} from '@liaison/platform';
import type { EntityManager, EntityTarget, SelectQueryBuilder } from 'typeorm';

export interface OfUnit {
  readonly id: string;
  readonly unit: string;
}

type ListQuery = PageQuery & { readonly state?: string };

/** A list of a unit's rows, to be narrowed further: in `asked` the row is `it`. */
export class NewestFirst<Row extends OfUnit> {
  constructor(
    readonly asked: SelectQueryBuilder<Row>,
    private readonly limit: number,
    private readonly position: (row: Row) => Json,
  ) {}

  /** Those of the page, and one more where there are more. */
  rows(): Promise<readonly Row[]> {
    return this.asked.take(this.limit + 1).getMany();
  }

  pageOf<Item>(rows: readonly Row[], item: (row: Row) => Item): Page<Item> {
    return pageOf(rows, this.limit, item, this.position);
  }

  async page<Item>(item: (row: Row) => Item): Promise<Page<Item>> {
    return this.pageOf(await this.rows(), item);
  }
}

/** What the unit made itself: ids are UUIDv7, so the highest is the newest. @throws AppError `cursor-invalid` */
export function newestMade<Row extends OfUnit>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  identity: Identity,
  query: ListQuery,
): NewestFirst<Row> {
  const asked = ofUnit(manager, entity, identity, query).orderBy('it.id', 'DESC');
  if (query.cursor !== undefined) {
    asked.andWhere('it.id < :after', { after: decodeCursor(query.cursor, isIdPosition) });
  }
  return new NewestFirst(asked, query.limit, ({ id }) => id);
}

/** What the unit received. @throws AppError `cursor-invalid` */
export function newestReceived<Row extends OfUnit & { readonly receivedAt: Date }>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  identity: Identity,
  query: ListQuery,
): NewestFirst<Row> {
  const asked = ofUnit(manager, entity, identity, query)
    .orderBy('it.receivedAt', 'DESC')
    .addOrderBy('it.id', 'DESC');
  if (query.cursor !== undefined) {
    const [receivedAt, id] = decodeCursor(query.cursor, isInstantPosition);
    asked.andWhere('(it.receivedAt, it.id) < (:receivedAt, :id)', { receivedAt, id });
  }
  return new NewestFirst(asked, query.limit, ({ receivedAt, id }) => [receivedAt.toISOString(), id]);
}

function ofUnit<Row extends OfUnit>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  { unit }: Identity,
  { state }: ListQuery,
): SelectQueryBuilder<Row> {
  const asked = manager.createQueryBuilder(entity, 'it').where('it.unit = :unit', { unit });
  return state ? asked.andWhere('it.state = :state', { state }) : asked;
}
