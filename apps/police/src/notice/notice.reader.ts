import { AgencyPolicy, CLOCK, decidedFields, newestMade, pageOfReadable } from '@liaison/casework';
import { NOTICE_ISSUED, type NoticeAmendedV1, type NoticeIssuedV2 } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { AUDIT_LINGER_MS, AuditTrail, Dispatcher } from '@liaison/messaging';
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
import { type DataSource, type EntityManager, LessThan } from 'typeorm';
import { Issuing, provisionalDecision } from './issuing';
import { PURPOSE } from './purpose';
import type { NoticeChangeView, NoticeItem, NoticePreview, NoticeView } from './notice.answers';
import type { NoticeContentsQuery } from './notice-contents.dto';
import { NoticeChange, NoticeRow } from './notice.entity';
import type { ListNoticesQuery } from './notice.requests';
import type { NamedRecipient } from './recipients';
import { readRecord } from './read-record';
import { contentOf, getNotice, noSuchNotice, requireReadable } from './stored-notice';

/** What a unit reads of its notices. An answer that shows personal data is recorded in the transaction that read it. */
@Injectable()
export class NoticeReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly issuing: Issuing,
    private readonly audit: AuditTrail,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async list({ unit, ...identity }: Identity, query: ListNoticesQuery): Promise<Page<NoticeItem>> {
    const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor, isIdPosition);
    const rows = await serveTransaction(this.database, { unit, ...identity }, (manager) =>
      manager.find(NoticeRow, {
        where: { unit, ...(query.state && { state: query.state }), ...(before && { id: LessThan(before) }) },
        order: { id: 'DESC' },
        take: query.limit + 1,
        select: { id: true, state: true, version: true, unit: true, createdAt: true, issuedAt: true },
      }),
    );
    return pageOf(rows, query.limit, itemOf, ({ id }) => id);
  }

  /** What the caller's roles may see. @throws AppError `notice-not-found` */
  async read(identity: Identity, id: string): Promise<NoticeView> {
    return this.recorded(identity, async (manager) => {
      const row = await getNotice(manager, identity, id);
      return viewOf(row, await this.open(manager, identity, row));
    });
  }

  /**
   * The same of many, newest first. What `read` would refuse is left out, so that a page may be shorter than its limit, or empty, and
   * there are more all the same.
   * @throws AppError `cursor-invalid`
   */
  contents(identity: Identity, query: NoticeContentsQuery): Promise<Page<NoticeView>> {
    return this.recorded(identity, (manager) => {
      const list = newestMade(manager, NoticeRow, identity, query);
      list.asked.andWhere(`it.state <> 'discarded'`);
      return pageOfReadable(list, query, async (row) => {
        const answer = await this.findOpen(manager, identity, row);
        return answer && viewOf(row, answer);
      });
    });
  }

  /**
   * What each recipient would see, and why; never more of the notice than the caller may read.
   * @throws AppError `notice-not-found`, or what `recipientsOf` throws
   */
  async preview(
    identity: Identity,
    id: string,
    named: readonly NamedRecipient[] | null | undefined,
  ): Promise<NoticePreview> {
    return this.recorded(identity, async (manager) => {
      const row = await getNotice(manager, identity, id);
      const { data, facts, at } = await this.open(manager, identity, row);
      const { amendment: _, ...document } = data as Partial<NoticeAmendedV1>;
      const event = { type: NOTICE_ISSUED, document, facts };
      const items = this.issuing.preview(event, named, at).map((planned) => {
        const { decision, projection, type } = planned.disclosure;
        return {
          ...provisionalDecision(planned),
          event: type,
          fields: decidedFields(decision),
          sees: (projection?.data as Partial<NoticeIssuedV2> | undefined) ?? null,
          withheld: projection?.withheld ?? [],
        };
      });
      return { items };
    });
  }

  /** What became of it since it was written, in order. @throws AppError `notice-not-found` */
  async history(identity: Identity, id: string): Promise<readonly NoticeChangeView[]> {
    return serveTransaction(this.database, identity, async (manager) => {
      const row = await getNotice(manager, identity, id);
      // Of a draft that was given up nothing is left to be read but that there was one.
      if (row.draft ?? row.caseId) {
        requireReadable(this.policy, identity, await contentOf(manager, row), this.clock.now());
      }
      const { createdAt, issuedAt, unit } = row;
      const none = { version: null, reason: null, told: [], unit };
      const changes = await manager.find(NoticeChange, {
        where: { noticeId: id },
        order: { version: 'ASC' },
      });
      return [
        { ...none, kind: 'written', at: createdAt.toISOString() },
        ...(issuedAt ? [{ ...none, kind: 'issued', at: issuedAt.toISOString() }] : []),
        ...changes.map(({ version, kind, reason, told, unit: by, at }) => ({
          version,
          kind,
          reason,
          told,
          unit: by,
          at: at.toISOString(),
        })),
      ];
    });
  }

  private async recorded<T>(identity: Identity, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const answer = await serveTransaction(this.database, identity, work);
    this.dispatcher.wake([this.audit.laneId], AUDIT_LINGER_MS);
    return answer;
  }

  private async open(manager: EntityManager, identity: Identity, row: NoticeRow) {
    const answer = await this.findOpen(manager, identity, row);
    if (!answer) throw noSuchNotice();
    return answer;
  }

  /** As far as the caller's roles may, with the record of it; undefined where that is nothing. */
  private async findOpen(manager: EntityManager, identity: Identity, row: NoticeRow) {
    const { content, amendment, type, facts } = await contentOf(manager, row);
    const at = this.clock.now();
    const data = { ...(amendment && { amendment }), ...content };
    const held = { type, data, purpose: PURPOSE, facts };
    const answer = this.policy.read(held, identity.roles, at);
    if (!answer) return undefined;
    await this.audit.append(manager, [readRecord(this.audit, identity, row, type, answer.decision, at)]);
    return { ...answer, facts, at };
  }
}

function itemOf({ id, state, version, unit, createdAt, issuedAt }: NoticeRow): NoticeItem {
  return {
    id,
    state,
    version,
    unit,
    createdAt: createdAt.toISOString(),
    issuedAt: issuedAt?.toISOString() ?? null,
  };
}

function viewOf(
  row: NoticeRow,
  { data, withheld }: Pick<NoticeView, 'withheld'> & { readonly data: unknown },
): NoticeView {
  const { amendment = null, ...content } = data as Partial<NoticeAmendedV1>;
  return { ...itemOf(row), content, amendment, withheld };
}
