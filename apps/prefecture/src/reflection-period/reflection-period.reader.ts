import { Acts, AGENCY, ReceivedNotice } from '@liaison/casework';
import { REFLECTION_PERIOD_RECORD } from '@liaison/contracts';
import { AppError, type Agency } from '@liaison/kernel';
import {
  decodeCursor,
  isDayPosition,
  type Identity,
  type Page,
  pageOf,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { shownHolder } from '../holder';
import { addDays, type Day, daysBetween } from '../law/days';
import { type OpenedRecord, OwnRecords, requireWhole } from '../own-records';
import { type Information, informationIn } from './information';
import type { Language } from './information-texts';
import { printReceipt } from './receipt';
import type {
  ListReflectionPeriodsQuery,
  ReflectionPeriodItem,
  ReflectionPeriodView,
  RegisterCounts,
  RegisterMonth,
} from './reflection-period.dto';
import { isBreached, statusOn, WARNING_DAYS } from './reflection-period';
import type { ReflectionPeriodRow } from './reflection-period.entity';
import { getPeriod, type StoredPeriod } from './stored-period';

/** The register of receipts. What shows a person is recorded in the transaction that read it. */
@Injectable()
export class ReflectionPeriodReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(AGENCY) private readonly agency: Agency,
    private readonly records: OwnRecords,
    private readonly acts: Acts,
  ) {}

  /** Soonest end first, so that what runs out stands on top of what runs. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListReflectionPeriodsQuery): Promise<Page<ReflectionPeriodItem>> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isDayPosition);
    const today = this.records.today();
    const rows = await serveTransaction(this.database, identity, (manager) =>
      manager.query<ListedPeriod[]>(LIST, [
        identity.unit,
        today,
        query.status ?? null,
        query.endingSoon ?? null,
        addDays(today, WARNING_DAYS),
        query.breached ?? null,
        after?.[0] ?? null,
        after?.[1] ?? null,
        query.limit + 1,
      ]),
    );
    return pageOf(
      rows,
      query.limit,
      (row) => itemOf(row, row.breached, today),
      ({ lastDay, id }) => [lastDay, id],
    );
  }

  /** @throws AppError `reflection-period-not-found`, `record-withheld` */
  async read(identity: Identity, id: string): Promise<ReflectionPeriodView> {
    const { notice, opened, ...stored } = await this.recorded(identity, id);
    return viewOf(stored, opened, notice, this.records.today());
  }

  /** The receipt as a PDF. @throws AppError `reflection-period-not-found`, `record-withheld`, `receipt-withdrawn` */
  async receipt(identity: Identity, id: string): Promise<{ readonly number: string; readonly pdf: Buffer }> {
    const { row, opened } = await this.recorded(identity, id);
    requireWhole(opened);
    if (row.endedOn) {
      throw new AppError('receipt-withdrawn', 'The period was ended early and its receipt withdrawn.');
    }
    const { receiptNumber: number, holder, from, lastDay, article, openedAt } = row;
    const prefecture = this.agency.name;
    const pdf = await printReceipt({ number, prefecture, holder, from, lastDay, article, openedAt });
    return { number, pdf };
  }

  /** What the person is told: no personal data. @throws AppError `reflection-period-not-found`, `record-withheld` */
  async information(identity: Identity, id: string, language?: Language): Promise<Information> {
    const { row } = await serveTransaction(this.database, identity, (manager) =>
      getPeriod(manager, identity, id),
    );
    this.records.requireReadable(identity, REFLECTION_PERIOD_RECORD);
    const receipt = { from: row.from, until: row.lastDay, prefecture: this.agency.name };
    return informationIn(language ?? row.language, receipt);
  }

  /** Of receipts handed over in a year by the caller's unit. */
  async counts(identity: Identity, year: number): Promise<RegisterCounts> {
    return serveTransaction(this.database, identity, async (manager) => {
      const months = await manager.query<CountedMonth[]>(COUNTS, [
        identity.unit,
        `${year}-01-01`,
        `${year}-12-31`,
        this.records.today(),
      ]);
      const total = (pick: (month: CountedMonth) => number) =>
        months.reduce((sum, month) => sum + pick(month), 0);
      return {
        year,
        receipts: total(({ receipts }) => receipts),
        endedEarly: total(({ endedEarly }) => endedEarly),
        running: total(({ running }) => running),
        breached: total(({ breached }) => breached),
        unremedied: total(({ unremedied }) => unremedied),
        months: months.map(({ month, receipts, endedEarly, breached }) => ({
          month,
          receipts,
          endedEarly,
          breached,
        })),
      };
    });
  }

  private recorded(
    identity: Identity,
    id: string,
  ): Promise<
    StoredPeriod & {
      readonly notice: ReceivedNotice | null;
      readonly opened: OpenedRecord<Pick<ReflectionPeriodRow, 'holder'>>;
    }
  > {
    return this.acts.read(identity, async (manager) => {
      const stored = await getPeriod(manager, identity, id);
      const { reference, article } = stored.row;
      const opened = await this.records.open(manager, identity, {
        type: REFLECTION_PERIOD_RECORD,
        reference,
        data: { holder: stored.row.holder },
        articles: [article],
      });
      const notice = await manager.findOne(ReceivedNotice, {
        where: { id: stored.row.noticeId },
        select: { id: true, standing: true, standingReason: true },
      });
      return { ...stored, notice, opened };
    });
  }
}

/** As a reader sees it. @param notice that it rests on */
export function viewOf(
  { row, period, breaches }: StoredPeriod,
  opened: OpenedRecord<Pick<ReflectionPeriodRow, 'holder'>>,
  notice: Pick<ReceivedNotice, 'standing' | 'standingReason'> | null | undefined,
  today: Day,
): ReflectionPeriodView {
  return {
    ...itemOf(row, isBreached(period), today),
    holder: shownHolder(opened.data.holder),
    withheld: opened.withheld,
    language: row.language,
    noticeStanding: notice?.standing ?? null,
    noticeStandingReason: notice?.standingReason ?? null,
    despite: row.despite,
    breaches: breaches.map(({ id, measure, takenOn, reportedAt, remediedOn, voidedAt, voidReason }) => ({
      id,
      measure,
      takenOn,
      reportedAt: reportedAt.toISOString(),
      remediedOn,
      voidedAt: voidedAt?.toISOString() ?? null,
      voidReason,
    })),
  };
}

type ListedPeriod = Pick<
  ReflectionPeriodRow,
  'id' | 'noticeId' | 'receiptNumber' | 'from' | 'lastDay' | 'article' | 'version' | 'endedOn' | 'endReason'
> & { readonly breached: boolean };

function itemOf(row: Omit<ListedPeriod, 'breached'>, breached: boolean, today: Day): ReflectionPeriodItem {
  const { id, noticeId, receiptNumber, from, lastDay, article, version, endedOn, endReason } = row;
  const ended = endedOn && endReason ? { on: endedOn, reason: endReason } : undefined;
  const status = statusOn({ version, from, lastDay, ...(ended && { ended }) }, today);
  const running = status === 'running';
  return {
    id,
    noticeId,
    receiptNumber,
    from,
    lastDay,
    article,
    status,
    endingSoon: running && lastDay <= addDays(today, WARNING_DAYS),
    daysLeft: running ? daysBetween(today, lastDay) + 1 : null,
    endedOn,
    endReason,
    breached,
    version,
  };
}

const BREACHED = `EXISTS (SELECT FROM prefecture.reflection_breach b WHERE b.period_id = p.id AND b.remedied_on IS NULL AND b.voided_at IS NULL)`;
const STATUS = `CASE WHEN p.ended_on <= $2::date THEN 'ended-early' WHEN p.last_day >= $2::date THEN 'running' ELSE 'elapsed' END`;

const LIST = `
SELECT p.id, p.notice_id AS "noticeId", p.receipt_number AS "receiptNumber", p.from_day::text AS "from",
       p.last_day::text AS "lastDay", p.article, p.version, p.ended_on::text AS "endedOn", p.end_reason AS "endReason",
       ${BREACHED} AS breached
  FROM prefecture.reflection_period p
 WHERE p.unit = $1 AND ($3::text IS NULL OR ${STATUS} = $3)
   AND ($4::boolean IS NULL OR $4 = (${STATUS} = 'running' AND p.last_day <= $5::date))
   AND ($6::boolean IS NULL OR $6 = ${BREACHED})
   AND ($7::date IS NULL OR (p.last_day, p.id) > ($7, $8::uuid))
 ORDER BY p.last_day, p.id LIMIT $9`;

interface CountedMonth extends RegisterMonth {
  readonly running: number;
  readonly unremedied: number;
}

const COUNTS = `
SELECT to_char(p.from_day, 'YYYY-MM') AS month, count(*)::int AS receipts, count(p.ended_on)::int AS "endedEarly",
       (count(*) FILTER (WHERE p.ended_on IS NULL AND p.last_day >= $4::date))::int AS running,
       (count(*) FILTER (WHERE b.breaches > 0))::int AS breached, coalesce(sum(b.open), 0)::int AS unremedied
  FROM prefecture.reflection_period p
  LEFT JOIN LATERAL (
    SELECT count(*) AS breaches, count(*) FILTER (WHERE remedied_on IS NULL) AS open
      FROM prefecture.reflection_breach WHERE period_id = p.id AND voided_at IS NULL) b ON true
 WHERE p.unit = $1 AND p.from_day BETWEEN $2 AND $3
 GROUP BY 1 ORDER BY 1`;
