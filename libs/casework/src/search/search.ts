import { actRecord } from '../policy/act-records';
import { AppError, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { decodeCursor, encodeCursor, type Identity, type Page } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import { Cases, type ReadableDocument } from '../cases/cases';
import { PERSON_PATHS, personOf } from '../cases/person';
import type { FoundCase, SearchQuery } from './search.dto';
import { type Needle, needlesOf, SEARCHED_PATHS } from './search-terms';

/** Cases looked at in one turn. How many turns it takes is not said to anybody. */
const BATCH = 100;

interface Hit {
  readonly caseId: string;
  readonly document: string;
  /** Position of the word that was found. */
  readonly needle: number;
  readonly path: string;
}

interface Match extends FoundCase {
  readonly document: ReadableDocument;
}

/**
 * Finds cases of the unit by who they are about. Candidates come from an index of everything; of each document the
 * engine says which fields this reader may read whole, and only those count. So what is hidden from the reader is not
 * found, not counted and does not shorten a page.
 */
@Injectable()
export class Search {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly audit: AuditTrail,
  ) {}

  /** Newest case first; recorded, without what was looked for. @throws AppError `search-too-short`, `cursor-invalid` */
  async find(identity: Identity, { q, limit, cursor }: SearchQuery): Promise<Page<FoundCase>> {
    const needles = needlesOf(q);
    if (needles.length === 0) {
      throw new AppError('search-too-short', 'Look for a word of two letters or digits at least.');
    }
    const after = cursor === undefined ? null : decodeCursor(cursor, isId);
    return this.acts.read(identity, async (manager) => {
      const matches = await this.matches(manager, identity, needles, after, limit + 1);
      const shown = matches.slice(0, limit);
      await this.record(manager, identity, shown);
      const last = shown.at(-1);
      return {
        items: shown.map(({ document: _, ...found }) => found),
        next: matches.length > limit && last ? encodeCursor(last.document.caseId) : null,
      };
    });
  }

  private async matches(
    manager: EntityManager,
    identity: Identity,
    needles: readonly Needle[],
    after: string | null,
    wanted: number,
  ): Promise<readonly Match[]> {
    const matches: Match[] = [];
    for (let position = after; matches.length < wanted;) {
      const hits = await manager.query<Hit[]>(CANDIDATES, [
        identity.unit,
        needles.map(({ from }) => from),
        needles.map(({ to }) => to),
        needles.map(({ sound }) => sound),
        position,
        BATCH,
      ]);
      if (hits.length === 0) break;
      const ids = [...new Set(hits.map(({ document }) => document))];
      const documents = await this.cases.documentsOpened(manager, identity, { ids });
      matches.push(...matching(hits, documents, needles.length));
      position = hits.at(-1)?.caseId ?? null;
    }
    return matches.slice(0, wanted);
  }

  private async record(manager: EntityManager, identity: Identity, shown: readonly Match[]): Promise<void> {
    const search = actRecord(this.audit, identity, this.clock.now(), {
      kind: 'search',
      legalBases: [],
      fields: [{ paths: [...SEARCHED_PATHS], treatment: 'release', rules: ['as-each-case-allows'] }],
    });
    await this.audit.append(manager, [search]);
    await this.cases.recordReading(
      manager,
      identity,
      shown.map(({ document }) => document),
      PERSON_PATHS,
    );
  }
}

/** Of each case the newest document in which every word is found in a field that the reader may read whole. */
function matching(
  hits: readonly Hit[],
  documents: readonly ReadableDocument[],
  needles: number,
): readonly Match[] {
  const byId = new Map(documents.map((document) => [document.id, document]));
  const hitsOf = new Map<string, Hit[]>();
  for (const hit of hits) {
    const own = hitsOf.get(hit.document);
    if (own) own.push(hit);
    else hitsOf.set(hit.document, [hit]);
  }
  const found = new Map<string, Match>();
  for (const [id, own] of hitsOf) {
    const document = byId.get(id);
    if (!document || found.has(document.caseId)) continue;
    const visible = own.filter(({ path }) => document.decision.fields[path]?.treatment === 'release');
    if (new Set(visible.map(({ needle }) => needle)).size < needles) continue;
    found.set(document.caseId, {
      caseId: document.path === undefined ? document.caseId : null,
      path: document.path ?? null,
      person: personOf(document.data),
      matched: [...new Set(visible.map(({ path }) => path))].sort(),
      document,
    });
  }
  return [...found.values()];
}

const isId = (value: unknown): value is string => isUUID(value);

/** Two looks into two indexes: an OR would look into neither. Documents are UUIDv7: the newest first. */
const CANDIDATES = `
WITH needle AS (
  SELECT * FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS n (low, high, sound, ord)
), hit AS (
  SELECT s.case_id, s.document, n.ord, s.path
    FROM needle n JOIN desk.search_term s
      ON s.unit = $1 AND s.term >= n.low COLLATE "C" AND s.term < n.high COLLATE "C"
   WHERE $5::uuid IS NULL OR s.case_id < $5
   UNION
  SELECT s.case_id, s.document, n.ord, s.path
    FROM needle n JOIN desk.search_term s ON s.unit = $1 AND s.sound = n.sound COLLATE "C"
   WHERE $5::uuid IS NULL OR s.case_id < $5
), candidate AS (
  SELECT case_id FROM hit GROUP BY case_id HAVING count(DISTINCT ord) = cardinality($2::text[])
   ORDER BY case_id DESC LIMIT $6
)
SELECT case_id AS "caseId", document, ord::int AS needle, path
  FROM hit JOIN candidate USING (case_id) ORDER BY case_id DESC, document DESC`;
