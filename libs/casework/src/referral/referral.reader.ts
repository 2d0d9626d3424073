import { type Danger, REFERRAL_MADE, type ReferralMadeV1 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, In } from 'typeorm';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import { readingRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { newestMade, newestReceived } from '../query/newest-first';
import { noSuchReceivedReferral, referralVoided } from './received-referral';
import { noSuchReferral, REFERRAL_PURPOSE } from './referral';
import type {
  ListReceivedQuery,
  ListReferralsQuery,
  ReceivedReferralItem,
  ReceivedReferralView,
  ReferralItem,
  ReferralView,
  ToldView,
} from './referral.dto';
import { MadeReferralRow, ReceivedReferralRow, ToldAgencyRow } from './referral.entity';
import { caseOf, getReceived, getReferral, heldMade, heldReceived } from './stored-referral';
import { type ToldAgency, toldOf } from './told-agencies';

/** What a unit reads of the referrals that it made, and of those that it received. Each reading of a child is recorded. */
@Injectable()
export class ReferralReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first; nothing about the children. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListReferralsQuery): Promise<Page<ReferralItem>> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, async (manager) => {
      const list = newestMade(manager, MadeReferralRow, identity, query);
      if (query.overdue !== undefined)
        list.asked.andWhere(`${OVERDUE} = :overdue`, { at, overdue: query.overdue });
      const rows = await list.rows();
      const told = await manager.findBy(ToldAgencyRow, { referralId: In(rows.map(({ id }) => id)) });
      const toldOf = ({ id }: MadeReferralRow) => told.filter(({ referralId }) => referralId === id);
      return list.pageOf(rows, (row) => madeItem(row, toldOf(row), at));
    });
  }

  /** @throws AppError `referral-not-found` */
  read(identity: Identity, id: string): Promise<ReferralView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getReferral(manager, identity, id);
      const at = this.clock.now();
      const { document, facts } = await caseOf(manager, id);
      const seen = this.policy.read({ ...heldMade(facts), data: document }, identity.roles, at);
      if (!seen) throw noSuchReferral();
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: REFERRAL_PURPOSE,
          reference: id,
          event: REFERRAL_MADE,
        }),
      ]);
      const told = await toldOf(manager, id);
      return {
        ...madeItem(row, told, at),
        told: told.map((each) => toldView(each, at)),
        content: seen.data as Partial<ReferralMadeV1>,
        withheld: seen.withheld,
      };
    });
  }

  /** Newest first; nothing about the children. @throws AppError `cursor-invalid` */
  async listReceived(identity: Identity, query: ListReceivedQuery): Promise<Page<ReceivedReferralItem>> {
    const at = this.clock.now();
    return serveTransaction(this.database, identity, (manager) => {
      const list = newestReceived(manager, ReceivedReferralRow, identity, query);
      if (query.overdue !== undefined) {
        const overdue = `(it.state = 'new' AND coalesce(it.acknowledgeBy <= :at, false))`;
        list.asked.andWhere(`${overdue} = :overdue`, { at, overdue: query.overdue });
      }
      return list.page((row) => receivedItem(row, this.shownDanger(identity, row, at), at));
    });
  }

  /** @throws AppError `referral-not-found`, `referral-voided` */
  readReceived(identity: Identity, id: string): Promise<ReceivedReferralView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getReceived(manager, identity, id);
      if (row.state === 'voided') throw referralVoided();
      const at = this.clock.now();
      const seen = this.policy.read({ ...heldReceived(row), data: row.content }, identity.roles, at);
      if (!seen) throw noSuchReceivedReferral();
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, at, seen.decision, {
          purpose: row.purpose,
          reference: row.reference,
          event: REFERRAL_MADE,
          eventId: row.eventId,
          counterpart: row.sender,
          convention: row.convention,
        }),
      ]);
      return {
        ...receivedItem(row, (seen.data as Partial<ReferralMadeV1>).danger?.level, at),
        keepUntil: row.keepUntil?.toISOString() ?? null,
        content: seen.data as Partial<ReferralMadeV1>,
        withheld: seen.withheld,
        provenance: { agency: row.sender, event: row.eventId, convention: row.convention },
      };
    });
  }

  /** What the sender says of it is for those who may read that. */
  private shownDanger({ roles }: Identity, row: ReceivedReferralRow, at: Date): Danger | undefined {
    const seen = this.policy.read({ ...heldReceived(row), data: row.content }, roles, at);
    return (seen?.data as Partial<ReferralMadeV1> | undefined)?.danger?.level;
  }
}

const OVERDUE = `EXISTS (SELECT FROM referral.told t
  WHERE t.referral_id = it.id AND t.acknowledged_at IS NULL AND t.acknowledge_by <= :at)`;

type Awaited = Pick<ToldAgency, 'agency' | 'acknowledgeBy' | 'acknowledgedAt'>;

const isOverdue = ({ acknowledgeBy, acknowledgedAt }: Omit<Awaited, 'agency'>, at: Date): boolean =>
  acknowledgedAt === null && acknowledgeBy !== null && acknowledgeBy <= at;

export const madeItem = (row: MadeReferralRow, told: readonly Awaited[], at: Date): ReferralItem => ({
  id: row.id,
  madeAt: row.madeAt.toISOString(),
  departement: row.departement,
  danger: row.danger,
  prosecutorMissing: row.prosecutorMissing,
  waitingFor: told.flatMap(({ agency, acknowledgedAt }) => (acknowledgedAt ? [] : agency)),
  overdue: told.some((each) => isOverdue(each, at)),
  state: row.state,
  version: row.version,
});

export const toldView = (each: ToldAgency, at: Date): ToldView => ({
  agency: each.agency,
  duty: each.duty,
  acknowledgeBy: each.acknowledgeBy?.toISOString() ?? null,
  acknowledgedAt: each.acknowledgedAt?.toISOString() ?? null,
  overdue: isOverdue(each, at),
  delivery: each.delivery,
  reason: each.reason,
  convention: each.convention,
});

const receivedItem = (
  row: ReceivedReferralRow,
  danger: Danger | undefined,
  at: Date,
): ReceivedReferralItem => ({
  id: row.id,
  caseId: row.caseId,
  reference: row.reference,
  sender: row.sender,
  receivedAt: row.receivedAt.toISOString(),
  departement: row.departement,
  danger: danger ?? null,
  acknowledgeBy: row.acknowledgeBy?.toISOString() ?? null,
  acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  overdue: row.state === 'new' && isOverdue(row, at),
  state: row.state,
  version: row.version,
});
