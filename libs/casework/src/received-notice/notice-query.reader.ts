import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { jsonPathOf, type QueriedOrigin, QueryGate } from '../query/query-gate';
import type { CountedValue, MatchingNotice, MatchingNoticesQuery } from './notice-query.dto';

/** Beyond it nobody reads a list of matches: they search. */
const MOST = 200;

/** Questions over the notices of a unit, each by a field that the reader may use so. */
@Injectable()
export class NoticeQueryReader {
  constructor(
    private readonly acts: Acts,
    private readonly gate: QueryGate,
  ) {}

  /** Cases whose newest notice has the value, newest first, 200 at most. @throws AppError `field-not-queryable` */
  matching(identity: Identity, { field, value }: MatchingNoticesQuery): Promise<readonly MatchingNotice[]> {
    return this.acts.read(identity, async (manager) => {
      const origins = await this.open(manager, identity, 'filter', field);
      const rows = await manager.query<{ id: string; caseId: string; receivedAt: Date }[]>(
        `${NEWEST} SELECT n.id, n.case_id AS "caseId", n.received_at AS "receivedAt" FROM newest n
          WHERE EXISTS (SELECT FROM jsonb_path_query(n.content::jsonb, $6::jsonpath) AS v (value)
                         WHERE v.value #>> '{}' = $8)
          ORDER BY n.received_at DESC, n.id DESC LIMIT ${MOST}`,
        [identity.unit, ...origins, jsonPathOf(field), restricting(field), value],
      );
      return rows.map(({ receivedAt, ...row }) => ({ ...row, receivedAt: receivedAt.toISOString() }));
    });
  }

  /** How many cases have which value, the most frequent first. @throws AppError `field-not-queryable` */
  counts(identity: Identity, field: string): Promise<readonly CountedValue[]> {
    return this.acts.read(identity, async (manager) => {
      const origins = await this.open(manager, identity, 'count', field);
      return manager.query<CountedValue[]>(
        `${NEWEST} SELECT v.value #>> '{}' AS value, count(DISTINCT n.case_id)::int AS cases
           FROM newest n CROSS JOIN jsonb_path_query(n.content::jsonb, $6::jsonpath) AS v (value)
          GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MOST}`,
        [identity.unit, ...origins, jsonPathOf(field), restricting(field)],
      );
    });
  }

  /** Parameters `$2` to `$5`. */
  private async open(
    manager: EntityManager,
    identity: Identity,
    use: 'filter' | 'count',
    path: string,
  ): Promise<readonly unknown[]> {
    const origins = await manager.query<QueriedOrigin[]>(
      `SELECT DISTINCT type, purpose, departement, sender, convention FROM notice.received_notice
        WHERE unit = $1 AND state <> 'voided'`,
      [identity.unit],
    );
    const open = await this.gate.open(manager, identity, { use, path }, origins);
    return [
      open.map(({ type }) => type),
      open.map(({ sender }) => sender),
      open.map(({ convention }) => convention),
      open.map(({ departement }) => departement ?? ''),
    ];
  }
}

/** What is noted of a notice of which this field is shown to fewer. */
const restricting = (field: string): string => JSON.stringify([{ effect: 'restrict', fields: [field] }]);

/** Of each case the newest notice that was not taken back, where its origin is open and the field is not restricted. */
const NEWEST = `
WITH newest AS (
  SELECT * FROM (SELECT DISTINCT ON (case_id) * FROM notice.received_notice
                  WHERE unit = $1 AND state <> 'voided'
                  ORDER BY case_id, recipient_version DESC, received_at DESC) r
   WHERE r.restricted_since IS NULL AND NOT r.revoked_fields @> $7::jsonb AND (r.type, r.sender, r.convention, coalesce(r.departement, ''))
         IN (SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]))
)`;
