import { AppError } from '@liaison/kernel';
import {
  decodeCursor,
  isInstant,
  type Identity,
  type Page,
  pageOf,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { DeadLetterItem, DeadLetterPath, DeadLetterView, ListDeadLettersQuery } from './dead-letter.dto';

interface LetterRow {
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly id: string;
  readonly type: string | null;
  readonly reference: string | null;
  readonly epoch: string | null;
  readonly sequence: number | null;
  readonly reason: string | null;
  readonly at: Date;
  readonly size: number | null;
  readonly attempts: number;
  readonly proposed_by: string | null;
  readonly proposed_reason: string | null;
  readonly proposed_at: Date | null;
  readonly state: string;
  readonly settled: string | null;
  readonly settled_at: Date | null;
  readonly settled_reason: string | null;
}

/** What operators see of parked events: metadata, never a body. No personal data, so nothing to record. */
@Injectable()
export class DeadLetterReader {
  constructor(@Inject(SERVE_DATABASE) private readonly database: DataSource) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListDeadLettersQuery): Promise<Page<DeadLetterItem>> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isPosition);
    const rows = await serveTransaction(this.database, identity, (manager) =>
      manager.query<LetterRow[]>(LIST, [
        query.direction ?? null,
        query.peer ?? null,
        query.reason ?? null,
        query.type ?? null,
        query.before ?? null,
        after?.[0] ?? null,
        after?.[1] ?? null,
        query.limit + 1,
      ]),
    );
    return pageOf(rows, query.limit, itemOf, (row) => [row.at.toISOString(), keyOf(row)]);
  }

  /** @throws AppError `dead-letter-unknown` */
  async get(identity: Identity, { direction, peer, id }: DeadLetterPath): Promise<DeadLetterView> {
    const [row] = await serveTransaction(this.database, identity, (manager) =>
      manager.query<LetterRow[]>(SHOW, [direction, peer, id]),
    );
    if (!row) throw new AppError('dead-letter-unknown', 'No event was parked under this key.');
    return {
      ...itemOf(row),
      state: row.state,
      settled: row.settled,
      settledAt: row.settled_at?.toISOString() ?? null,
      settledReason: row.settled_reason,
    };
  }
}

export const keyOf = ({ direction, peer, id }: Pick<LetterRow, 'direction' | 'peer' | 'id'>): string =>
  `${direction}/${peer}/${id}`;

function itemOf(row: LetterRow): DeadLetterItem {
  const { proposed_by, proposed_reason, proposed_at } = row;
  return {
    key: keyOf(row),
    direction: row.direction,
    peer: row.peer,
    id: row.id,
    type: row.type,
    reference: row.reference,
    epoch: row.epoch,
    sequence: row.sequence,
    reason: row.reason,
    at: row.at.toISOString(),
    size: row.size,
    attempts: row.attempts,
    proposedDiscard:
      proposed_by !== null && proposed_reason !== null && proposed_at !== null
        ? { by: proposed_by, reason: proposed_reason, at: proposed_at.toISOString() }
        : null,
  };
}

const isPosition = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && typeof value[1] === 'string' && isInstant(value[0]);

const INCOMING = `
SELECT 'in' AS direction, peer, id, type, reference, epoch, sequence, reason, at, size, attempts, proposed_by,
       proposed_reason, proposed_at, state, settled, settled_at, settled_reason
  FROM messaging.incoming_letter`;

const OUTGOING = `
SELECT 'out' AS direction, peer, id, type, reference, epoch, sequence, reason, at, size, 1 AS attempts,
       NULL AS proposed_by, NULL AS proposed_reason, NULL::timestamptz AS proposed_at, 'parked' AS state,
       NULL AS settled, NULL::timestamptz AS settled_at, NULL AS settled_reason
  FROM messaging.outgoing_letter`;

const LIST = `
SELECT * FROM (${INCOMING} WHERE state = 'parked' UNION ALL ${OUTGOING}) AS letter
 WHERE ($1::text IS NULL OR direction = $1) AND ($2::text IS NULL OR peer = $2)
   AND ($3::text IS NULL OR reason = $3) AND ($4::text IS NULL OR type = $4)
   AND ($5::timestamptz IS NULL OR at < $5)
   AND ($6::timestamptz IS NULL OR (at, concat_ws('/', direction, peer, id)) < ($6, $7::text))
 ORDER BY at DESC, concat_ws('/', direction, peer, id) DESC LIMIT $8`;

const SHOW = `
SELECT * FROM (
  ${INCOMING} WHERE state = 'parked' OR settled IS NOT NULL OR attempts > 1
  UNION ALL ${OUTGOING}) AS letter
 WHERE direction = $1 AND peer = $2 AND id = $3`;
