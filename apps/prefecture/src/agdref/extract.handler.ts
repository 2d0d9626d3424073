import {
  Acts,
  Cases,
  getReceivedNotice,
  type NoticeStanding,
  noticeVoided,
  ReceivedNotice,
} from '@liaison/casework';
import { REFLECTION_PERIOD_RECORD, RESIDENCE_PERMIT_RECORD } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import {
  decodeCursor,
  isIdPosition,
  type Identity,
  type Page,
  pageOf,
  requireIfMatch,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { type DataSource, type EntityManager, In, LessThan, Not } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { type Despite, requireReliable } from '../notice/reliance';
import { OwnRecords, recordWithheld, requireWhole } from '../own-records';
import { getPermit } from '../permit/permit.handler';
import { getPeriod } from '../reflection-period/stored-period';
import { COLUMNS, decide, evolve, type ExtractCommand, extractOf, type Subject, textAt } from './extract';
import type { ExtractItem, ListExtractsQuery } from './extract.dto';
import { ExtractRow } from './extract.entity';

interface Found {
  readonly standing: NoticeStanding;
  readonly despite: Despite | null;
  readonly reference: string;
  readonly version: number;
  readonly record: object;
}

interface Settlement {
  readonly id: string;
  readonly command: ExtractCommand;
  readonly ifMatch: string | undefined;
  readonly despite?: string;
}

/** Before the paths of columns that stand in the notice itself. */
const CONTENT = 'content.';

/** T1 of extracts: prepared once a version, then handed over or refused. */
@Injectable()
export class ExtractHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    private readonly records: OwnRecords,
    private readonly acts: Acts,
    private readonly cases: Cases,
  ) {}

  /**
   * The extract of what the record is now; the same one when it has been prepared before.
   * @throws AppError `notice-not-found`, `notice-voided`, `notice-no-longer-stands`, `reflection-period-not-found`,
   * `permit-not-found`, `record-withheld`
   */
  async prepare(identity: Identity, subject: Subject, id: string, despite?: string): Promise<ExtractItem> {
    return serveTransaction(this.database, identity, async (manager) => {
      const found = await this.recordOf(manager, identity, subject, id, despite);
      const key = { subject, subjectId: id, subjectVersion: found.version, standing: found.standing };
      const { json, csv } = extractOf(subject, found);
      await manager
        .createQueryBuilder()
        .insert()
        .into(ExtractRow)
        .values({
          ...key,
          id: uuidv7(),
          unit: identity.unit,
          json,
          csv,
          digest: createHash('sha256').update(json).digest('hex'),
          preparedBy: identity.pseudonym,
          preparedAt: this.records.now(),
          state: 'prepared',
          version: 1,
          settledAt: null,
          reason: null,
          despite: found.despite,
        })
        .orIgnore()
        .execute();
      return itemIn(manager, await manager.findOneByOrFail(ExtractRow, { ...key, json: Not('') }));
    });
  }

  /**
   * @throws AppError `extract-not-found`, `precondition-*`, `extract-handed-over`, `extract-refused`; to hand over what was
   * prepared before its notice was withdrawn `notice-no-longer-stands`, or what has no text any more `extract-purged`
   */
  settle(identity: Identity, { id, command, ifMatch, despite }: Settlement): Promise<ExtractItem> {
    return serveTransaction(this.database, identity, async (manager) => {
      const row = await getExtract(manager, identity, id, 'pessimistic_write');
      requireIfMatch(ifMatch, row.version);
      const event = decide(row, command);
      if (event.type === 'handed-over') requireText(row);
      const changes = {
        ...evolve(row, event),
        settledAt: this.records.now(),
        reason: event.type === 'refused' ? event.reason : null,
        ...(event.type === 'handed-over' && (await this.relied(manager, identity, row, despite))),
      };
      await manager.update(ExtractRow, id, changes);
      return itemIn(manager, { ...row, ...changes });
    });
  }

  /** Nothing new where the notice stands as it did when the extract was prepared. */
  private async relied(
    manager: EntityManager,
    identity: Identity,
    { subject, subjectId, standing }: ExtractRow,
    despite: string | undefined,
  ): Promise<{ despite?: Despite | null }> {
    if (subject !== 'notice') return {};
    const notice = await getReceivedNotice(manager, identity, subjectId, 'pessimistic_write');
    return notice.standing === standing ? {} : { despite: requireReliable(notice, despite) };
  }

  /** Newest first; nothing about the persons. @throws AppError `cursor-invalid` */
  async list(identity: Identity, { cursor, limit, state }: ListExtractsQuery): Promise<Page<ExtractItem>> {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, isIdPosition);
    const rows = await serveTransaction(this.database, identity, async (manager) => {
      const found = await manager.find(ExtractRow, {
        where: { unit: identity.unit, ...(state && { state }), ...(after && { id: LessThan(after) }) },
        order: { id: 'DESC' },
        take: limit + 1,
      });
      return itemsIn(manager, found);
    });
    return pageOf(
      rows,
      limit,
      (item) => item,
      ({ id }) => id,
    );
  }

  /**
   * The bytes as they were prepared, for those who may read all that is in them; the reading is recorded.
   * @throws AppError `extract-not-found`, `notice-voided`, `record-withheld`, `extract-purged`
   */
  content(identity: Identity, id: string): Promise<ExtractRow> {
    return this.acts.read(identity, async (manager) => {
      const row = await getExtract(manager, identity, id);
      if (row.subject === 'notice') {
        await this.openNotice(manager, identity, row.subjectId);
      } else {
        const type = row.subject === 'permit' ? RESIDENCE_PERMIT_RECORD : REFLECTION_PERIOD_RECORD;
        requireWhole(
          await this.records.open(manager, identity, { type, reference: row.subjectId, data: {} }),
        );
      }
      requireText(row);
      return row;
    });
  }

  /** @throws AppError `record-withheld`, `notice-not-found`: nobody prepares what they may read nothing of */
  private async recordOf(
    manager: EntityManager,
    identity: Identity,
    subject: Subject,
    id: string,
    saying: string | undefined,
  ): Promise<Found> {
    switch (subject) {
      case 'notice': {
        const notice = await getReceivedNotice(manager, identity, id, 'pessimistic_write');
        if (notice.state === 'voided') throw noticeVoided();
        this.records.readNotice(identity, notice);
        const { reference, recipientVersion: version, standing } = notice;
        return { reference, version, record: notice, standing, despite: requireReliable(notice, saying) };
      }
      case 'reflection-period': {
        const { row } = await getPeriod(manager, identity, id);
        this.records.requireReadable(identity, REFLECTION_PERIOD_RECORD);
        return { reference: row.id, version: row.version, record: row, ...DECIDED_HERE };
      }
      case 'permit': {
        const row = await getPermit(manager, identity, id);
        this.records.requireReadable(identity, RESIDENCE_PERMIT_RECORD);
        return { reference: row.id, version: row.version, record: row, ...DECIDED_HERE };
      }
    }
  }

  private async openNotice(manager: EntityManager, identity: Identity, id: string): Promise<void> {
    const notice = await getReceivedNotice(manager, identity, id);
    if (notice.state === 'voided') throw noticeVoided();
    const [document] = await this.cases.documents(manager, identity, { ids: [id] });
    if (!document) throw recordWithheld();
    const columns = COLUMNS.notice.flatMap(([, path]) => (path.startsWith(CONTENT) ? [path] : []));
    const hidden = columns.some((path) => {
      const { treatment } = document.decision.fields[path.slice(CONTENT.length)] ?? {};
      const shown = treatment === 'release' || treatment === 'generalise';
      return !shown && textAt(notice, path.split('.')) !== '';
    });
    if (hidden) throw recordWithheld();
    const shown = new Set(columns.map((path) => path.slice(CONTENT.length)));
    await this.cases.recordReading(manager, identity, [document], shown);
  }
}

async function getExtract(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<ExtractRow> {
  const row = await manager.findOne(ExtractRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw new AppError('extract-not-found', 'Your unit has no such extract.');
  return row;
}

/** @throws AppError `extract-purged` */
function requireText({ json }: ExtractRow): void {
  if (json !== '') return;
  throw new AppError('extract-purged', 'Something that was in it was purged: prepare the extract again.');
}

/** What the préfecture has decided itself: whether it may rest on its notice was settled then. */
const DECIDED_HERE = { standing: 'current', despite: null } as const;

/** With how their notices stand now: one may have been withdrawn since. */
async function itemsIn(manager: EntityManager, rows: readonly ExtractRow[]): Promise<ExtractItem[]> {
  const ids = rows.filter(({ subject }) => subject === 'notice').map(({ subjectId }) => subjectId);
  const notices = await manager.find(ReceivedNotice, {
    where: { id: In(ids) },
    select: { id: true, standing: true, standingReason: true },
  });
  return rows.map((row) =>
    itemOf(
      row,
      notices.find(({ id }) => id === row.subjectId),
    ),
  );
}

async function itemIn(manager: EntityManager, row: ExtractRow): Promise<ExtractItem> {
  const [item] = await itemsIn(manager, [row]);
  if (!item) throw new TypeError('a row is an item');
  return item;
}

const itemOf = (row: ExtractRow, notice: ReceivedNotice | undefined): ExtractItem => ({
  id: row.id,
  subject: row.subject,
  subjectId: row.subjectId,
  subjectVersion: row.subjectVersion,
  digest: row.digest,
  preparedAt: row.preparedAt.toISOString(),
  state: row.state,
  version: row.version,
  settledAt: row.settledAt?.toISOString() ?? null,
  reason: row.reason,
  noticeStanding: notice?.standing ?? null,
  noticeStandingReason: notice?.standingReason ?? null,
  despite: row.despite,
});
