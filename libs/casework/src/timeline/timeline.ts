import type { Json } from '@liaison/kernel';
import { decodeCursor, encodeCursor, type Identity, isInstant } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { Cases, type ReadableDocument } from '../cases/cases';
import { Desk } from '../desk/desk';
import type { CaseFacts } from '../policy/case-facts';
import { QueryGate } from '../query/query-gate';
import { fieldsIn, groundOf } from './ground';
import type { CaseTimeline, TimelineEntry, TimelineQuery } from './timeline.dto';

/**
 * Injection token of `TimelineSource`s, SQL that yields what happened to a case: SELECTs of `$1` the case and `$2` the unit, with columns in
 * this order: `at` timestamptz; `kind` text; `id` text; `sender` text, null for this agency's own act; `version` int;
 * `detail` jsonb, with nothing about the person; `document` uuid, where what it says goes through the policy.
 */
export const TIMELINE_SOURCES = Symbol('TIMELINE_SOURCES');

/** Entries that tell of the agency's own records: only whoever may read these fields of them has such entries. */
export interface RecordEntries {
  readonly select: string;
  /** Held record, as conventions name it. */
  readonly of: string;
  readonly purpose: string;
  readonly restsOn: readonly string[];
  /** That reading it rests on, and that hold wherever there is such an entry. */
  readonly facts?: CaseFacts;
}

/**
 * Entries that tell of what others shared and that the case's own document does not say: only where the reader may read these
 * fields of what came so. `detail` has the `convention`.
 */
export interface ReceivedEntries extends RecordEntries {
  /**
   * SELECT of where such came from: `sender` and `convention`; and `purpose`, where such comes for several: `detail` has it too, and
   * each entry is for whoever may read what came for its own; and `departement`, where who reads it rests on that.
   */
  readonly came: string;
}

export type TimelineSource = string | RecordEntries | ReceivedEntries;

interface Came {
  readonly sender: string;
  readonly convention: string;
  readonly purpose?: string;
  readonly departement?: string;
}

interface Row {
  readonly position: string;
  readonly at: Date;
  readonly kind: string;
  readonly id: string;
  readonly sender: string | null;
  readonly version: number | null;
  readonly detail: Record<string, unknown>;
  readonly document: string | null;
}

/** What this agency knows of a case, from whom, since when, and on what ground. */
@Injectable()
export class Timeline {
  private readonly sources: readonly TimelineSource[];

  constructor(
    @Inject(TIMELINE_SOURCES) sources: readonly TimelineSource[],
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly desk: Desk,
    private readonly gate: QueryGate,
  ) {
    this.sources = [...sources, ...OWN];
  }

  /** Newest first; the reading is recorded. A few queries a page, however many events. @throws AppError `case-not-found`, `cursor-invalid` */
  read(identity: Identity, caseId: string, query: TimelineQuery): Promise<CaseTimeline> {
    const before = query.cursor === undefined ? [null, null, null] : decodeCursor(query.cursor, isPosition);
    return this.acts.read(identity, async (manager) => {
      const found = await this.cases.getOpened(manager, identity, caseId);
      const rows = await this.page(manager, identity, [caseId, identity.unit, ...before, query.limit + 1]);
      const shown = rows.slice(0, query.limit);
      const last = shown.at(-1);
      await this.cases.recordReading(manager, identity, [found]);
      return {
        caseId,
        open: await this.desk.ofCase(manager, identity, caseId),
        items: await this.entries(manager, identity, shown),
        next: rows.length > query.limit && last ? encodeCursor([last.position, last.kind, last.id]) : null,
      };
    });
  }

  /** Newest first. The caller has found that the reader may know of the case, and records the reading. */
  async ofCase(
    manager: EntityManager,
    identity: Identity,
    caseId: string,
    limit: number,
  ): Promise<readonly TimelineEntry[]> {
    const first = [caseId, identity.unit, null, null, null, limit];
    return this.entries(manager, identity, await this.page(manager, identity, first));
  }

  /** Without entries of records, and of what others shared, that the reader may not read. */
  private async page(
    manager: EntityManager,
    identity: Identity,
    parameters: readonly unknown[],
  ): Promise<readonly Row[]> {
    const open: string[] = [];
    const came: string[] = [];
    for (const source of this.sources) {
      if (typeof source === 'string') open.push(source);
      else if ('came' in source) {
        const origins = await manager.query<Came[]>(source.came);
        const readable = origins.filter((origin) => this.isReadable(identity, source, origin));
        if (readable.length === 0) continue;
        open.push(cameSo(source));
        came.push(
          ...readable.map(({ sender, convention, purpose = '' }) =>
            `${source.of} ${sender} ${convention} ${purpose}`.trimEnd(),
          ),
        );
      } else if (this.isOpen(identity, source)) open.push(source.select);
    }
    return manager.query<Row[]>(pageOf(open), [...parameters, came]);
  }

  /** Of what others shared: by whoever may read of it at all, and the fields that it rests on. */
  private isReadable(identity: Identity, source: ReceivedEntries, origin: Came): boolean {
    const { of: type, facts = {} } = source;
    const { sender, convention, departement, purpose = source.purpose } = origin;
    const held = { ...facts, ...(typeof departement === 'string' && { departement }) };
    const provenance = { agency: sender, event: '', convention };
    return (
      this.cases.mayKnow(identity, { type, purpose, facts: held, provenance }) &&
      this.isOpen(identity, { ...source, purpose }, origin)
    );
  }

  private isOpen(
    identity: Identity,
    { of, purpose, restsOn, facts = {} }: RecordEntries,
    from: Omit<Came, 'sender' | 'convention'> & Record<'sender' | 'convention', string | null> = OURS,
  ): boolean {
    const origin = { type: of, purpose, departement: null, facts, ...from };
    return this.gate.isOpen(
      identity,
      origin,
      restsOn.map((path) => ({ use: 'list', path }) as const),
    );
  }

  /** What the reader may not read of at all is not there. */
  private async entries(
    manager: EntityManager,
    identity: Identity,
    rows: readonly Row[],
  ): Promise<readonly TimelineEntry[]> {
    const ids = [...new Set(rows.flatMap(({ document }) => (document === null ? [] : [document])))];
    const documents = ids.length > 0 ? await this.cases.documentsOpened(manager, identity, { ids }) : [];
    const byId = new Map(documents.map((document) => [document.id, document]));
    return rows.flatMap((row) => {
      if (row.document === null) return [entryOf(row)];
      const document = byId.get(row.document);
      return document ? [entryOf(row, document)] : [];
    });
  }
}

function entryOf({ at, kind, id, sender, version, detail }: Row, document?: ReadableDocument): TimelineEntry {
  const entry = { at: at.toISOString(), kind, id, from: sender, version, detail };
  if (!document) return { ...entry, ground: null, knows: [], withheld: [] };
  return {
    ...entry,
    ground: groundOf(document),
    knows: fieldsIn(document.data),
    withheld: document.withheld,
  };
}

const OURS = { sender: null, convention: null };

type Position = [at: string, kind: string, id: string];

const isPosition = (value: unknown): value is Json & Position =>
  Array.isArray(value) &&
  value.length === 3 &&
  value.every((part) => typeof part === 'string') &&
  isInstant(value[0]);

const COLUMNS = 'at, kind, id, sender, version, detail, document';

/** Of these entries those that came from where the reader may read them: `$7`. */
const cameSo = ({ of, select }: ReceivedEntries): string => `
SELECT * FROM (${select}) AS c (${COLUMNS})
 WHERE concat_ws(' ', '${of}', c.sender, c.detail ->> 'convention', c.detail ->> 'purpose') = ANY ($7::text[])`;

/** To the microsecond, so that no two pages share an event or miss one. */
const pageOf = (sources: readonly string[]): string => `
SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS position, ${COLUMNS}
  FROM (${sources.map((source) => `(${source})`).join(' UNION ALL ')}) AS e (${COLUMNS})
 WHERE ($3::timestamptz IS NULL OR (at, kind, id) < ($3, $4::text, $5::text)) AND $7::text[] IS NOT NULL
 ORDER BY at DESC, kind DESC, id DESC LIMIT $6`;

/** What every service adds: who had the case, and that there are notes, not what is in them. */
const OWN: readonly string[] = [
  `SELECT c.at, 'assignment-' || c.kind, c.case_id::text || '/' || c.version, NULL::text, c.version,
          jsonb_build_object('assignee', c.agent, 'by', c.by_agent), NULL::uuid
     FROM desk.assignment_change c WHERE c.case_id = $1 AND c.unit = $2`,
  `SELECT n.at, CASE WHEN n.corrects IS NULL THEN 'note-written' ELSE 'note-corrected' END, n.id::text, NULL, NULL,
          jsonb_build_object('by', n.author), NULL
     FROM desk.note n WHERE n.case_id = $1 AND n.unit = $2`,
];
