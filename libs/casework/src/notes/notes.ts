import { AppError, type Clock } from '@liaison/kernel';
import { decodeCursor, type Identity, type Page, pageOf, sqlState } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import { Cases } from '../cases/cases';
import type { ListNotesQuery, NoteView, WriteNoteBody, WrittenNote } from './note.dto';

/** Of one case and unit; nobody reads more. */
const MAX_NOTES = 2_000;
const UNIQUE_VIOLATION = '23505';

/**
 * What caseworkers write down for each other. Notes never change: a correction is another note. They are in no event,
 * and the roles that send may not read them.
 */
@Injectable()
export class Notes {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly acts: Acts,
    private readonly cases: Cases,
  ) {}

  /** @throws AppError `case-not-found`, `note-not-found`, `note-not-yours`, `note-corrected`, `notes-full` */
  write(
    identity: Identity,
    caseId: string,
    { text, corrects, idempotencyKey }: WriteNoteBody & { readonly idempotencyKey: string },
  ): Promise<WrittenNote> {
    const request = { caseId, text, corrects };
    return this.acts.run<{ id: string; at: string }>(
      identity,
      { route: 'POST /v1/cases/:id/notes', idempotencyKey, request },
      async (manager) => {
        await this.cases.get(manager, identity, caseId);
        const note = { id: uuidv7(), at: this.clock.now().toISOString() };
        if (corrects !== undefined) await this.requireOwn(manager, identity, caseId, corrects);
        await this.insert(manager, identity, [note.id, caseId, note.at, text, corrects ?? null]);
        return { status: 201, body: note };
      },
    );
  }

  /** Newest first; the reading is recorded. @throws AppError `case-not-found`, `cursor-invalid` */
  list(identity: Identity, caseId: string, query: ListNotesQuery): Promise<Page<NoteView>> {
    const before = query.cursor === undefined ? null : decodeCursor(query.cursor, isId);
    return this.acts.read(identity, async (manager) => {
      const found = await this.cases.get(manager, identity, caseId);
      await this.cases.recordOwnReading(manager, identity, found, ['notes']);
      const notes = await this.ofCase(manager, identity, caseId, query.limit + 1, before);
      return pageOf(
        notes,
        query.limit,
        (note) => note,
        ({ id }) => id,
      );
    });
  }

  /** Newest first. The caller has found that the reader may know of the case, and records the reading. */
  async ofCase(
    manager: EntityManager,
    { unit, pseudonym }: Identity,
    caseId: string,
    limit: number,
    before: string | null = null,
  ): Promise<readonly NoteView[]> {
    const rows = await manager.query<NoteRow[]>(LIST, [unit, caseId, before, limit]);
    return rows.map(({ at, ...row }) => ({ ...row, mine: row.author === pseudonym, at: at.toISOString() }));
  }

  private async requireOwn(
    manager: EntityManager,
    { unit, pseudonym }: Identity,
    caseId: string,
    id: string,
  ): Promise<void> {
    const [corrected] = await manager.query<{ author: string }[]>(
      'SELECT author FROM desk.note WHERE unit = $1 AND case_id = $2 AND id = $3',
      [unit, caseId, id],
    );
    if (!corrected) throw new AppError('note-not-found', 'The case has no such note.');
    if (corrected.author === pseudonym) return;
    throw new AppError('note-not-yours', 'Only its author corrects a note: write one of your own.');
  }

  private async insert(
    manager: EntityManager,
    { unit, pseudonym }: Identity,
    values: readonly unknown[],
  ): Promise<void> {
    try {
      const inserted = await manager.query<unknown[]>(INSERT, [...values, unit, pseudonym, MAX_NOTES]);
      if (inserted.length > 0) return;
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      throw new AppError('note-corrected', 'It has been corrected before: correct the correction.');
    }
    throw new AppError('notes-full', `A case has ${MAX_NOTES} notes at most.`);
  }
}

type NoteRow = Omit<NoteView, 'at' | 'mine'> & { readonly at: Date };

const isId = (value: unknown): value is string => isUUID(value);

const INSERT = `
INSERT INTO desk.note (id, case_id, at, text, corrects, unit, author)
SELECT $1::uuid, $2::uuid, $3::timestamptz, $4::text, $5::uuid, $6::text, $7::text
 WHERE (SELECT count(*) FROM desk.note WHERE unit = $6 AND case_id = $2) < $8
RETURNING 1`;

const LIST = `
SELECT n.id, n.author, n.at, n.text, n.corrects, later.id AS "correctedBy"
  FROM desk.note n LEFT JOIN desk.note later ON later.corrects = n.id
 WHERE n.unit = $1 AND n.case_id = $2 AND ($3::uuid IS NULL OR n.id < $3)
 ORDER BY n.id DESC LIMIT $4`;
