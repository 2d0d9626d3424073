import { Acts, ReceivedNotice } from '@liaison/casework';
import { RESIDENCE_PERMIT_RECORD } from '@liaison/contracts';
import {
  decodeCursor,
  isIdPosition,
  type Identity,
  type Page,
  pageOf,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, In } from 'typeorm';
import type { Day } from '../law/days';
import { citation, findText } from '../law/law';
import { shownHolder } from '../holder';
import { type OpenedRecord, OwnRecords, requireWhole } from '../own-records';
import type { ListPermitsQuery, PermitItem, PermitView } from './permit.dto';
import { RENEWAL_DUE_DAYS, RENEWAL_OPENS_DAYS, warningOn } from './permit';
import { PermitRow } from './permit.entity';
import { getPermit, RENEWING } from './permit.handler';
import { type Proposal, proposals } from './proposal';

/** What the desk reads of permits. What shows a person is recorded in the transaction that read it. */
@Injectable()
export class PermitReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    private readonly records: OwnRecords,
    private readonly acts: Acts,
  ) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListPermitsQuery): Promise<Page<PermitItem>> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isIdPosition);
    const today = this.records.today();
    const rows = await serveTransaction(this.database, identity, (manager) =>
      manager.query<ListedPermit[]>(LIST, [
        identity.unit,
        query.state ?? null,
        query.warning ?? null,
        today,
        after ?? null,
        query.limit + 1,
        `${RENEWAL_OPENS_DAYS} days`,
        `${RENEWAL_DUE_DAYS} days`,
        RENEWING,
      ]),
    );
    return pageOf(
      rows,
      query.limit,
      (row) => itemOf(row, today),
      ({ id }) => id,
    );
  }

  /** @throws AppError `permit-not-found`, `record-withheld` */
  async read(identity: Identity, id: string): Promise<PermitView> {
    const { row, renewed, notice, opened } = await this.recorded(identity, id);
    return viewOf(row, opened, { renewed, notice, today: this.records.today() });
  }

  /** What the law of today would give: it follows from all of the record. @throws AppError `permit-not-found`, `record-withheld` */
  async proposals(identity: Identity, id: string): Promise<readonly Proposal[]> {
    const { row, opened } = await this.recorded(identity, id);
    requireWhole(opened);
    return proposals(row.situation, row.record, this.records.today());
  }

  private recorded(
    identity: Identity,
    id: string,
  ): Promise<{
    row: PermitRow;
    renewed: boolean;
    notice: ReceivedNotice | null;
    opened: OpenedRecord<Pick<PermitRow, 'holder' | 'situation'>>;
  }> {
    return this.acts.read(identity, async (manager) => {
      const row = await getPermit(manager, identity, id);
      const text = findText(row.ground, this.records.today());
      const opened = await this.records.open(manager, identity, {
        type: RESIDENCE_PERMIT_RECORD,
        reference: row.id,
        data: { holder: row.holder, situation: row.situation },
        articles: text ? [citation(text)] : [],
      });
      const renewed = await manager.existsBy(PermitRow, { renewalOf: id, state: In(RENEWING) });
      const notice =
        row.noticeId === null
          ? null
          : await manager.findOne(ReceivedNotice, {
              where: { id: row.noticeId },
              select: { id: true, standing: true, standingReason: true },
            });
      return { row, renewed, notice, opened };
    });
  }
}

/** As a reader sees it. @param context `notice` is what it rests on */
export function viewOf(
  row: PermitRow,
  opened: OpenedRecord<Pick<PermitRow, 'holder' | 'situation'>>,
  context: {
    readonly renewed: boolean;
    readonly notice: Pick<ReceivedNotice, 'standing' | 'standingReason'> | null | undefined;
    readonly today: Day;
  },
): PermitView {
  const { granted, refused, appeal, withdrawn, proceedings } = row.record;
  const { renewed, notice, today } = context;
  return {
    ...itemOf({ ...row, renewed }, today),
    noticeId: row.noticeId,
    renewalOf: row.renewalOf,
    holder: shownHolder(opened.data.holder),
    situation: opened.data.situation ?? {},
    acts: opened.withheld.includes('acts') ? {} : { granted, refused, appeal, withdrawn, proceedings },
    withheld: opened.withheld,
    noticeStanding: notice?.standing ?? null,
    noticeStandingReason: notice?.standingReason ?? null,
    despite: row.despite,
  };
}

type ListedPermit = Pick<
  PermitRow,
  'id' | 'state' | 'version' | 'ground' | 'kind' | 'renewal' | 'lodgedOn' | 'record'
> & { readonly renewed: boolean };

function itemOf(row: ListedPermit, today: Day): PermitItem {
  const { id, state, version, ground, kind, renewal, lodgedOn, record, renewed } = row;
  const validUntil = record.granted?.until ?? null;
  return {
    id,
    state,
    version,
    ground,
    kind,
    renewal,
    lodgedOn,
    validUntil,
    warning: renewed ? null : (warningOn(record, today) ?? null),
  };
}

/** Once its renewal has been applied for, there is nothing to warn of. */
const RENEWED = `EXISTS (SELECT FROM prefecture.residence_permit r WHERE r.renewal_of = p.id AND r.state = ANY ($9))`;

/** As `warningOn`. */
const WARNING = `
CASE WHEN p.state <> 'granted' OR ${RENEWED} THEN NULL
     WHEN $4::date > p.valid_until THEN 'expired'
     WHEN $4::date > (p.valid_until - $8::interval)::date THEN 'renewal-due'
     WHEN $4::date >= (p.valid_until - $7::interval)::date THEN 'renewal-open' END`;

const LIST = `
SELECT p.id, p.state, p.version, p.ground, p.kind, p.renewal, p.lodged_on::text AS "lodgedOn", p.record,
       ${RENEWED} AS renewed
  FROM prefecture.residence_permit p
 WHERE p.unit = $1 AND ($2::text IS NULL OR p.state = $2)
   AND ($3::text IS NULL OR ${WARNING} = $3)
   AND ($5::uuid IS NULL OR p.id < $5)
 ORDER BY p.id DESC LIMIT $6`;
