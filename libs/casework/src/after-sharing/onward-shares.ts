import {
  DESCRIPTIONS,
  type FieldCategory,
  ONWARD_SHARE_MADE,
  type OnwardShareMadeV1,
} from '@liaison/contracts';
import type { Agency, Clock, Directory } from '@liaison/kernel';
import { type DecidedField, type Origin, Outbox } from '@liaison/messaging';
import { INGEST_DATABASE, LOGGER, type Logger } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { AGENCY, CLOCK, DIRECTORY } from '../agency/tokens';
import { oneByOne } from '../sweep';

/** Shares that one round tells of. */
const ROUND = 100;

/** An event that left for good, with what of others stood in it. */
interface Shared {
  /** Its id. */
  readonly share: string;
  readonly recipient: string;
  readonly type: string;
  readonly convention: string;
  readonly sharedAt: Date;
  readonly fields: readonly DecidedField[] | null;
  readonly origins: readonly Origin[];
  readonly purpose: string;
  readonly unit: string;
  readonly correlationId: string;
}

/**
 * The third-party rule (R04), its second half: whoever something came from is told that it was passed on. What is to be told
 * stands in the outbox's own tables, so that no command can forget it: each share that has left is told of once, in a
 * transaction of its own that also notes it. A round that is killed is taken up by the next.
 */
@Injectable()
export class OnwardShares {
  constructor(
    @Inject(INGEST_DATABASE) private readonly database: DataSource,
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly outbox: Outbox,
  ) {}

  /** A round; the next takes the next. @returns lanes to wake */
  async tellOrigins(): Promise<readonly number[]> {
    const known = this.directory.agencies().map(({ id }) => id);
    const untold = await this.database.query<Shared[]>(UNTOLD, [ROUND, known]);
    return oneByOne(
      untold,
      (share) => this.database.transaction((manager) => this.tell(manager, share)),
      (error) => this.logger.warn({ err: error }, 'a share could not be told to whom it came from'),
    );
  }

  private async tell(manager: EntityManager, shared: Shared): Promise<readonly number[]> {
    const cases = await casesOf(manager, shared.origins);
    const lanes: number[] = [];
    // Cases in one order: two rounds at once do not wait for each other in a circle.
    for (const origin of [...shared.origins].sort((a, b) => (caseOf(cases, a) < caseOf(cases, b) ? -1 : 1))) {
      lanes.push(...(await this.tellOne(manager, shared, origin, cases.get(keyOf(origin)))));
    }
    return lanes;
  }

  private async tellOne(
    manager: EntityManager,
    shared: Shared,
    origin: Origin,
    known: CaseOfOrigin | undefined,
  ): Promise<readonly number[]> {
    const { share, recipient, type, convention, sharedAt } = shared;
    const categories = passedOn(shared, origin);
    const agency = this.directory.findAgency(origin.agency);
    // Back to where it came from, it is not passed on; and what stayed here was not either.
    const concerns = origin.agency !== this.agency.id && origin.agency !== recipient && categories.length > 0;
    if (concerns && (!agency || !known)) {
      // Looked at again by the next round: it is not forgotten.
      this.logger.warn(
        { share, origin: origin.agency },
        'what was passed on could not be told to whom it came from',
      );
      return [];
    }
    const at = this.clock.now();
    const noted = await manager.query<unknown[]>(NOTE, [
      share,
      origin.agency,
      origin.event,
      known?.caseId ?? null,
      known?.unit ?? shared.unit,
      recipient,
      type,
      convention,
      categories,
      sharedAt,
      concerns ? at : null,
    ]);
    if (!concerns || !agency || !known || noted.length === 0) return [];
    const document: OnwardShareMadeV1 = {
      share,
      event: origin.event,
      recipient,
      type,
      convention,
      categories: [...categories],
      sharedAt: sharedAt.toISOString(),
    };
    const { lanes } = await this.outbox.append(manager, known.caseId, {
      type: ONWARD_SHARE_MADE,
      document,
      purpose: shared.purpose,
      unit: known.unit,
      correlationId: randomUUID(),
      causationId: share,
      decidedAt: at,
      recipients: [{ agency }],
    });
    return lanes;
  }
}

/** Kinds of the fields that came from there and that the recipient got, in whatever form. */
function passedOn({ type, fields }: Shared, origin: Origin): readonly FieldCategory[] {
  const described = DESCRIPTIONS.find((each) => each.type === type)?.fields ?? [];
  const from = origin.fields && new Set(origin.fields);
  const open = (fields ?? []).filter(
    ({ path, treatment }) =>
      (treatment === 'release' || treatment === 'generalise') && (from === undefined || from.has(path)),
  );
  const categories = open.flatMap(
    ({ path }) => described.find((field) => field.path === path)?.category ?? [],
  );
  return [...new Set(categories)].sort() as FieldCategory[];
}

interface CaseOfOrigin {
  readonly caseId: string;
  readonly unit: string;
}

const keyOf = ({ agency, event }: Pick<Origin, 'agency' | 'event'>): string => `${agency} ${event}`;
const caseOf = (cases: ReadonlyMap<string, CaseOfOrigin>, origin: Origin): string =>
  cases.get(keyOf(origin))?.caseId ?? '';

/** By which case of this agency each came. */
async function casesOf(
  manager: EntityManager,
  origins: readonly Origin[],
): Promise<ReadonlyMap<string, CaseOfOrigin>> {
  const rows = await manager.query<(CaseOfOrigin & Pick<Origin, 'agency' | 'event'>)[]>(
    `SELECT i.source AS agency, i.id AS event, c.id AS "caseId", c.unit
       FROM unnest($1::text[], $2::text[]) AS o (agency, event)
       JOIN messaging.inbox i ON i.source = o.agency AND i.id = o.event
       JOIN messaging.case_reference r ON r.peer = i.source AND r.reference = i.reference
       JOIN messaging.cases c ON c.id = r.case_id`,
    [origins.map(({ agency }) => agency), origins.map(({ event }) => event)],
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** Whether there is an origin `x.origin` for which this holds and of which nothing is noted yet. */
const unnoted = (which: string): string => `
EXISTS (SELECT FROM jsonb_array_elements(e.origins) AS x (origin)
         WHERE ${which}
           AND NOT EXISTS (SELECT FROM casework.onward_share o
                            WHERE o.share = d.event_id AND o.agency = x.origin ->> 'agency'
                              AND o.event_id = x.origin ->> 'event'))`;

/**
 * What came later of a lane is told later. Last come those of which nobody can be told now, for their origins are not in the
 * directory: however many there are, they keep no other from being told.
 */
const UNTOLD = `
SELECT d.event_id AS share, d.recipient, d.type, d.convention, d.decided_at AS "sharedAt", f.fields, e.origins, e.purpose,
       e.unit, e.correlation_id AS "correlationId"
  FROM messaging.event_document e
  JOIN messaging.delivery d ON d.case_id = e.case_id AND d.case_version = e.version AND d.kind = 'event'
   AND d.state = 'frozen' AND d.convention IS NOT NULL
  LEFT JOIN messaging.decided_fields f ON f.digest = d.fields_digest
 WHERE e.origins IS NOT NULL
   AND ${unnoted('true')}
 ORDER BY ${unnoted(`x.origin ->> 'agency' = ANY ($2::text[])`)} DESC, d.decided_at, d.lane_id, d.position LIMIT $1`;

const NOTE = `
INSERT INTO casework.onward_share
  (share, agency, event_id, case_id, unit, recipient, type, convention, categories, shared_at, told_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING share`;

/** See `TIMELINE_SOURCES`: at whoever passed on, and at whoever it came from. */
export const ONWARD_SHARE_TIMELINE: readonly string[] = [
  `SELECT o.shared_at, 'onward-share-made', o.share || '/' || o.event_id, NULL::text, NULL::int,
          jsonb_build_object('origin', o.agency, 'event', o.event_id, 'recipient', o.recipient, 'type', o.type,
                             'convention', o.convention, 'categories', to_jsonb(o.categories)), NULL::uuid
     FROM casework.onward_share o WHERE o.case_id = $1 AND o.unit = $2 AND o.told_at IS NOT NULL`,
  `SELECT t.received_at, 'onward-share-told', t.share::text || '/' || t.event_id, t.sender, NULL::int,
          jsonb_build_object('event', t.event_id, 'recipient', t.recipient, 'type', t.type, 'convention', t.convention,
                             'categories', t.categories, 'sharedAt', t.shared_at), NULL::uuid
     FROM desk.onward_share_told t WHERE t.case_id = $1 AND t.unit = $2`,
];
