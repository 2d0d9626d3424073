import { actRecord } from '../policy/act-records';
import { AppError, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { Queryable } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import { AgencyPolicy } from '../policy/agency-policy';

/** Documents that the engine decides alike: one line of the service's own table. */
export interface QueriedOrigin {
  readonly type: string;
  readonly purpose: string;
  readonly departement: string | null;
  /** Null: the agency's own. */
  readonly sender: string | null;
  readonly convention: string | null;
}

/** What a question over many cases rests on a field. */
export type QueryUse = Exclude<keyof Queryable, 'to'>;

const WORDS: Readonly<Record<QueryUse, string>> = {
  filter: 'filter by',
  sort: 'sort by',
  search: 'search',
  count: 'count by',
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
    const at = this.clock.now();
    const open = origins.filter(({ type, purpose, departement, sender, convention }) => {
      const provenance = sender !== null && convention !== null ? { agency: sender, convention } : undefined;
      const facts = departement === null ? {} : { departement };
      const asked = { type, purpose, facts, ...(provenance && { provenance }) };
      const field = this.policy.queryable(asked, identity.roles, at).get(path);
      return field?.[use] === true && field.to === undefined;
    });
    if (open.length === 0) {
      throw new AppError('field-not-queryable', `Your roles may not ${WORDS[use]} this field here.`);
    }
    await this.audit.append(manager, [
      actRecord(this.audit, identity, at, {
        kind: 'search',
        legalBases: [],
        fields: [{ paths: [path], treatment: 'release', rules: ['as-each-case-allows'] }],
      }),
    ]);
    return open;
  }
}

/** PostgreSQL's path to every value of a field that the gate has let pass; items of lists one by one. */
export const jsonPathOf = (path: string): string =>
  `$.${path
    .split('.')
    .map((name) => JSON.stringify(name))
    .join('.')}[*]`;
