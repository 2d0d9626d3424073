import type { Agency, Clock, Json } from '@liaison/kernel';
import { decodeCursor, type Identity, isIdPosition, isInstant, pageOf } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { AGENCY, CLOCK } from '../agency/tokens';
import { Colleagues } from '../assignment/colleagues';
import { Cases } from '../cases/cases';
import { PERSON_PATHS, type PersonSummary, personOf } from '../cases/person';
import { legalDay, zoneOf } from '../legal-day';
import { AgencyPolicy } from '../policy/agency-policy';
import { QueryGate } from '../query/query-gate';
import type { DeskCounts, DeskItem, DeskPage, DeskQuery, Section } from './desk.dto';
import { WORK_SOURCES, type WorkSource } from './work-source';

/** Where a kind of work comes from: nobody hears of it who may not read that. */
interface Origin {
  readonly kind: string;
  readonly type: string | null;
  readonly sender: string | null;
  readonly convention: string | null;
  readonly departement: string | null;
  readonly purpose: string | null;
}

interface WorkRow {
  readonly kind: string;
  readonly id: string;
  readonly caseId: string | null;
  readonly since: Date;
  readonly isNew: boolean;
  readonly dueAt: Date | null;
  readonly overdue: boolean;
  readonly dueSoon: boolean;
  readonly assignee: string | null;
  readonly sender: string | null;
  /** `dueAt`, or `infinity`. */
  readonly position: string;
}

/** What waits for the caller's unit, as far as the caller's roles may know of it. */
@Injectable()
export class Desk {
  private readonly work: string;

  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(WORK_SOURCES) private readonly sources: readonly WorkSource[],
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly colleagues: Colleagues,
    private readonly policy: AgencyPolicy,
    private readonly gate: QueryGate,
  ) {
    this.work = sources.map(selectOf).join(' UNION ALL ');
  }

  /** What is due first comes first. @throws AppError `cursor-invalid` */
  async read(identity: Identity, query: DeskQuery): Promise<DeskPage> {
    const after = query.cursor === undefined ? [null, null, null] : decodeCursor(query.cursor, isPosition);
    return this.acts.read(identity, async (manager) => {
      await this.colleagues.meet(manager, identity);
      const at = this.clock.now();
      const context = await this.context(manager, identity, at);
      const counts = await this.counts(manager, context, query.kind);
      const rows = await manager.query<WorkRow[]>(`${this.known()} ${PAGE}`, [
        ...context,
        query.section ?? null,
        query.kind ?? null,
        ...after,
        query.limit + 1,
      ]);
      const shown = rows.slice(0, query.limit);
      const persons = query.person ? await this.persons(manager, identity, shown) : undefined;
      return {
        you: identity.pseudonym,
        counts,
        ...pageOf(
          rows,
          query.limit,
          (row) => itemOf(row, persons),
          ({ position, kind, id }) => [position, kind, id],
        ),
      };
    });
  }

  /** What is open in one case, due first. The caller has found that the reader may know of it. */
  async ofCase(manager: EntityManager, identity: Identity, caseId: string): Promise<readonly DeskItem[]> {
    const context = await this.context(manager, identity, this.clock.now(), caseId);
    const rows = await manager.query<WorkRow[]>(`${this.known()} ${OF_CASE}`, [...context, caseId]);
    return rows.map((row) => itemOf(row));
  }

  /** Parameters `$1` to `$11` of every query: whose desk, when, and from where the reader may hear of work. */
  private async context(
    manager: EntityManager,
    identity: Identity,
    at: Date,
    caseId: string | null = null,
  ): Promise<readonly unknown[]> {
    const { departement } = this.agency;
    const of = [
      identity.unit,
      at,
      legalDay(at, departement),
      zoneOf(departement),
      JSON.stringify(this.policy.acknowledgeWithin()),
    ];
    const origins = await manager.query<Origin[]>(
      `WITH context AS (${CONTEXT}), work AS (${this.work})
       SELECT DISTINCT kind, type, sender, convention, departement, purpose FROM work, context
        WHERE $6::uuid IS NULL OR case_id = $6`,
      [...of, caseId],
    );
    const open = origins.filter((origin) => this.mayKnow(identity, origin));
    return [
      ...of,
      identity.pseudonym,
      open.map(({ kind, type }) => `${kind} ${type ?? ''}`),
      open.map(({ sender }) => sender ?? ''),
      open.map(({ convention }) => convention ?? ''),
      open.map(({ departement: place }) => place ?? ''),
      open.map(({ purpose }) => purpose ?? ''),
    ];
  }

  private mayKnow(identity: Identity, origin: Origin): boolean {
    const { kind, type, sender, convention, departement } = origin;
    if (type === null) return true;
    const purpose = origin.purpose ?? '';
    const source = this.sources.find((each) => each.kind === kind);
    const { restsOn = [] } = source ?? {};
    const facts = source?.facts?.(this.agency) ?? {};
    const known = this.cases.mayKnow(identity, {
      type,
      purpose,
      facts: { ...facts, ...(departement !== null && { departement }) },
      ...(sender !== null &&
        convention !== null && { provenance: { agency: sender, event: '', convention } }),
    });
    const asked = restsOn.map((path) => ({ use: 'sort', path }) as const);
    return known && this.gate.isOpen(identity, { ...origin, type, purpose, facts }, asked);
  }

  private known(): string {
    return `WITH context AS (${CONTEXT}), work AS (${this.work}), ${KNOWN}`;
  }

  private async counts(
    manager: EntityManager,
    context: readonly unknown[],
    kind: string | undefined,
  ): Promise<DeskCounts> {
    const [counts] = await manager.query<DeskCounts[]>(`${this.known()} ${COUNTS}`, [
      ...context,
      kind ?? null,
    ]);
    return counts ?? { new: 0, overdue: 0, dueSoon: 0, mine: 0, unassigned: 0, open: 0 };
  }

  private async persons(
    manager: EntityManager,
    identity: Identity,
    rows: readonly WorkRow[],
  ): Promise<ReadonlyMap<string, PersonSummary>> {
    const newestOf = [...new Set(rows.flatMap(({ caseId }) => (caseId === null ? [] : [caseId])))];
    const documents = await this.cases.documents(manager, identity, { newestOf });
    await this.cases.recordReading(manager, identity, documents, PERSON_PATHS);
    return new Map(documents.map(({ caseId, data }) => [caseId, personOf(data)]));
  }
}

const COLUMNS = 'id, case_id, since, is_new, due_at, warn_at, type, sender, convention, departement, purpose';

/** Kinds are words of the code, never a caller's. */
const selectOf = ({ kind, select }: WorkSource): string =>
  `SELECT '${kind}' AS kind, ${COLUMNS} FROM (${select}) AS s (${COLUMNS})`;

const itemOf = (
  { kind, id, caseId, since, isNew, dueAt, overdue, dueSoon, assignee, sender }: WorkRow,
  persons?: ReadonlyMap<string, PersonSummary>,
): DeskItem => ({
  kind,
  id,
  caseId,
  since: since.toISOString(),
  isNew,
  dueAt: dueAt?.toISOString() ?? null,
  overdue,
  dueSoon,
  assignee,
  sender,
  person: (caseId !== null && persons?.get(caseId)) || null,
});

type Position = [dueAt: string, kind: string, id: string];

const isPosition = (value: unknown): value is Json & Position =>
  Array.isArray(value) &&
  value.length === 3 &&
  typeof value[1] === 'string' &&
  isIdPosition(value[2]) &&
  (value[0] === 'infinity' || isInstant(value[0]));

/** Gives every parameter its type, whether or not a source uses it. */
const CONTEXT = `SELECT $1::text AS unit, $2::timestamptz AS at, $3::date AS today, $4::text AS zone, $5::jsonb AS terms`;

const KNOWN = `
origin AS (SELECT * FROM unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::text[]) AS o (work, sender, convention, departement, purpose)),
known AS (
  SELECT w.kind, w.id, w.case_id AS "caseId", w.since, w.is_new AS "isNew", w.due_at AS "dueAt", w.sender,
         coalesce(w.due_at <= c.at, false) AS overdue,
         coalesce(w.due_at > c.at AND w.warn_at <= c.at, false) AS "dueSoon", a.agent AS assignee,
         a.agent = $6::text AS mine, coalesce(w.due_at, 'infinity') AS due
    FROM context c CROSS JOIN work w
    JOIN origin o ON o.work = w.kind || ' ' || coalesce(w.type, '') AND o.sender = coalesce(w.sender, '')
                 AND o.convention = coalesce(w.convention, '') AND o.departement = coalesce(w.departement, '')
                 AND o.purpose = coalesce(w.purpose, '')
    LEFT JOIN desk.assignment a ON a.unit = c.unit AND a.case_id = w.case_id)`;

/** Words of `SECTIONS`. */
const IN_SECTION: Readonly<Record<Section, string>> = {
  new: '"isNew"',
  overdue: 'overdue',
  'due-soon': '"dueSoon"',
  mine: 'mine',
  unassigned: 'assignee IS NULL',
};

const PAGE = `
SELECT *, CASE WHEN due = 'infinity' THEN 'infinity'
               ELSE to_char(due AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') END AS position
  FROM known
 WHERE CASE $12::text ${Object.entries(IN_SECTION)
   .map(([section, condition]) => `WHEN '${section}' THEN ${condition}`)
   .join(' ')} ELSE true END
   AND ($13::text IS NULL OR kind = $13)
   AND ($14::timestamptz IS NULL OR (due, kind, id) > ($14, $15::text, $16::text))
 ORDER BY due, kind, id LIMIT $17`;

const OF_CASE = `SELECT * FROM known WHERE "caseId" = $12::uuid ORDER BY due, kind, id LIMIT 200`;

const COUNTS = `
SELECT count(*) FILTER (WHERE "isNew")::int AS new, count(*) FILTER (WHERE overdue)::int AS overdue,
       count(*) FILTER (WHERE "dueSoon")::int AS "dueSoon", count(*) FILTER (WHERE mine)::int AS mine,
       count(*) FILTER (WHERE assignee IS NULL)::int AS unassigned, count(*)::int AS open
  FROM known WHERE $12::text IS NULL OR kind = $12`;
