import { actRecord } from '../policy/act-records';
import { AppError, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import type { AskedFields, Identity } from '@liaison/platform';
import type { Queryable } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import { AgencyPolicy } from '../policy/agency-policy';
import type { CaseFacts } from '../policy/case-facts';

/** Documents that the engine decides alike: one line of the service's own table. */
export interface QueriedOrigin {
  readonly type: string;
  readonly purpose: string;
  readonly departement: string | null;
  /** That the relation of the agency to the case rests on, beside the département. */
  readonly facts?: CaseFacts;
  /** Null: the agency's own. */
  readonly sender: string | null;
  readonly convention: string | null;
}

/** What a question over many cases rests on a field. */
export type QueryUse = Exclude<keyof Queryable, 'to'>;

/** One field that an answer rests on. */
export interface AskedField {
  /** `list`: its value stands in the answer. */
  readonly use: QueryUse | 'list';
  readonly path: string;
  /** Of the query, where the caller may leave it away. */
  readonly parameter?: string;
}

/** What a question rests on, with these parameters. */
export function askedBy(
  { filters = {}, sorts = [], counts = [], lists = [] }: AskedFields,
  query: Readonly<Record<string, unknown>>,
): readonly AskedField[] {
  const given = Object.entries(filters).filter(([parameter]) => query[parameter] !== undefined);
  return [
    ...given.flatMap(([parameter, paths]) =>
      paths.map((path) => ({ use: 'filter', path, parameter }) as const),
    ),
    ...sorts.map((path) => ({ use: 'sort', path }) as const),
    ...counts.map((path) => ({ use: 'count', path }) as const),
    ...lists.map((path) => ({ use: 'list', path }) as const),
  ];
}

const WORDS: Readonly<Record<AskedField['use'], string>> = {
  filter: 'filter by',
  sort: 'sort by',
  search: 'search',
  count: 'count by',
  list: 'list',
};

/**
 * Every filter, sort and count over fields of documents passes here: filtering by a hidden field would leak it. Where the
 * reader may use the field in some documents only, the others are as if it were not in them.
 */
@Injectable()
export class QueryGate {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Those of the documents in which this use of the field is open, and the record of the question, in the transaction that
   * asks it. A field that is shown less exactly is closed: its value would tell more.
   * @throws AppError `field-not-queryable`, the same for a field that there is not
   */
  async open<Origin extends QueriedOrigin>(
    manager: EntityManager,
    identity: Identity,
    { use, path }: { readonly use: QueryUse; readonly path: string },
    origins: readonly Origin[],
  ): Promise<readonly Origin[]> {
    const open = origins.filter((origin) => this.closedIn(identity, origin, [{ use, path }]).length === 0);
    if (open.length === 0) throw notQueryable([{ use, path }]);
    await this.audit.append(manager, [
      actRecord(this.audit, identity, this.clock.now(), {
        kind: 'search',
        legalBases: [],
        fields: [{ paths: [path], treatment: 'release', rules: ['as-each-case-allows'] }],
      }),
    ]);
    return open;
  }

  /** A question over the agency's own records, of which all have the same rules. @throws AppError `field-not-queryable` */
  requireOpen(
    identity: Pick<Identity, 'roles'>,
    { of, purpose = '' }: Pick<AskedFields, 'of' | 'purpose'>,
    asked: readonly AskedField[],
  ): void {
    const origin = { type: of, purpose, departement: null, sender: null, convention: null };
    const closed = this.closedIn(identity, origin, asked);
    if (closed.length > 0) throw notQueryable(closed);
  }

  /** Whether all of it is open in documents of this origin: others are as if they were not there. */
  isOpen(identity: Pick<Identity, 'roles'>, origin: QueriedOrigin, asked: readonly AskedField[]): boolean {
    return this.closedIn(identity, origin, asked).length === 0;
  }

  private closedIn(
    { roles }: Pick<Identity, 'roles'>,
    { type, purpose, departement, facts: more, sender, convention }: QueriedOrigin,
    asked: readonly AskedField[],
  ): readonly AskedField[] {
    const provenance = sender !== null && convention !== null ? { agency: sender, convention } : undefined;
    const facts = { ...more, ...(departement !== null && { departement }) };
    const held = { type, purpose, facts, ...(provenance && { provenance }) };
    const fields = this.policy.queryable(held, roles, this.clock.now());
    return asked.filter(({ use, path }) => {
      const field = fields.get(path);
      // What is shown less exactly would be told by its order, its count or its place in a list.
      return field === undefined || field.to !== undefined || !(use === 'list' || field[use]);
    });
  }
}

/** Names what is closed, never why. */
function notQueryable(closed: readonly AskedField[]): AppError {
  const said = closed.map(({ use, path }) => `${WORDS[use]} ${path}`);
  const fields = closed.flatMap(({ parameter, path }) =>
    parameter === undefined ? [] : [[parameter, `It rests on ${path}: leave it away.`] as const],
  );
  return new AppError('field-not-queryable', `Your roles may not ${[...new Set(said)].join(', ')} here.`, {
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
  });
}

/** PostgreSQL's path to every value of a field that the gate has let pass; items of lists one by one. */
export const jsonPathOf = (path: string): string =>
  `$.${path
    .split('.')
    .map((name) => JSON.stringify(name))
    .join('.')}[*]`;
