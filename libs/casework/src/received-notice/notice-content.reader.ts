import type { Clock } from '@liaison/kernel';
import { AUDIT_LINGER_MS, AuditTrail, Dispatcher, noteRead, type PreparedRecord } from '@liaison/messaging';
import { type Identity, type Page, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, type EntityManager, LessThan, Not } from 'typeorm';
import { restrictedFields } from '../after-sharing/revoked-fields';
import { CLOCK } from '../agency/tokens';
import { openUntil } from '../break-glass/openings';
import { readingRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { type SeenVersion, sourceViews } from '../provenance/field-sources';
import { pageOfReadable } from '../query/contents';
import { newestReceived } from '../query/newest-first';
import { type ChangedField, changedFields } from './changed-fields';
import type { NoticeView } from './notice.dto';
import type { NoticeContentsQuery } from './notice-contents.dto';
import { noticeVoided } from './notice';
import { ReceivedNotice } from './notice.entity';
import { getReceivedNotice, heldNotice, noSuchNotice } from './notice.reader';

/** A reading that is under way: one notice of it or many. */
interface Reading {
  readonly identity: Identity;
  readonly at: Date;
  /** Of each notice that is shown; appended before the answer leaves. */
  readonly records: PreparedRecord[];
  /** Of what its senders learn. */
  readonly lanes: number[];
}

/** What the desk reads of the persons. Each notice that is shown is recorded in the transaction that read it. */
@Injectable()
export class NoticeContentReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** What the caller's roles may see. @throws AppError `notice-not-found`, `notice-voided` */
  read(identity: Identity, id: string): Promise<NoticeView> {
    return this.recorded(identity, async (manager, reading) => {
      const notice = await getReceivedNotice(manager, identity, id);
      if (notice.state === 'voided') throw noticeVoided();
      const view = await this.show(manager, reading, notice);
      if (!view) throw noSuchNotice();
      return view;
    });
  }

  /**
   * The same of many, newest first. What `read` would refuse is left out, so that a page may be shorter than its limit, or empty, and
   * there are more all the same.
   * @throws AppError `cursor-invalid`
   */
  contents(identity: Identity, query: NoticeContentsQuery): Promise<Page<NoticeView>> {
    return this.recorded(identity, (manager, reading) => {
      const list = newestReceived(manager, ReceivedNotice, identity, query);
      list.asked.andWhere(`it.state <> 'voided'`);
      if (query.standing) list.asked.andWhere('it.standing = :standing', { standing: query.standing });
      return pageOfReadable(list, query, (notice) => this.show(manager, reading, notice));
    });
  }

  private async recorded<T>(
    identity: Identity,
    work: (manager: EntityManager, reading: Reading) => Promise<T>,
  ): Promise<T> {
    const lanes = [this.audit.laneId];
    const answer = await serveTransaction(this.database, identity, async (manager) => {
      const reading: Reading = { identity, at: this.clock.now(), records: [], lanes };
      const shown = await work(manager, reading);
      await this.audit.append(manager, reading.records);
      return shown;
    });
    this.dispatcher.wake(lanes, AUDIT_LINGER_MS);
    return answer;
  }

  /** One notice as far as the reader may see it, noted as read; undefined where that is nothing. */
  private async show(
    manager: EntityManager,
    { identity, at, records, lanes }: Reading,
    notice: ReceivedNotice,
  ): Promise<NoticeView | undefined> {
    const until = await openUntil(manager, identity, notice.caseId, at);
    const answer = this.readable(notice, identity, at, until);
    if (!answer) return undefined;
    records.push(this.record(identity, notice, answer.decision, at, until));
    if (isToldWhenRead(answer.decision)) lanes.push(...(await noteRead(manager, notice)));
    const before = await earlierVersions(manager, identity, notice);
    const seen = before.map((each) => ({ notice: each, answer: this.readable(each, identity, at, until) }));
    return viewOf(notice, { ...answer, until }, seen);
  }

  /** @param until the case is open to the caller in an emergency until then */
  private readable(notice: ReceivedNotice, { roles }: Identity, at: Date, until: Date | undefined) {
    const held = { ...heldNotice(notice), data: notice.content };
    return until ? this.policy.openInEmergency(held, roles, at) : this.policy.read(held, roles, at);
  }

  private record(
    identity: Identity,
    notice: ReceivedNotice,
    decision: Decision,
    at: Date,
    until: Date | undefined,
  ) {
    return readingRecord(this.audit, identity, at, decision, {
      purpose: notice.purpose,
      reference: notice.reference,
      event: notice.type,
      eventId: notice.eventId,
      version: notice.recipientVersion,
      counterpart: notice.sender,
      convention: notice.convention,
      ...(until && { reason: 'break-glass' }),
    });
  }
}

/** Further back nobody asks where a field came from. */
const MOST_VERSIONS = 50;

/** Those before it that are still here, newest first. */
function earlierVersions(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  { caseId, recipientVersion }: ReceivedNotice,
): Promise<readonly ReceivedNotice[]> {
  return manager.find(ReceivedNotice, {
    where: { caseId, unit, recipientVersion: LessThan(recipientVersion), state: Not('voided') },
    order: { recipientVersion: 'DESC' },
    take: MOST_VERSIONS,
  });
}

/** The convention that it came under wants its sender to know. */
const isToldWhenRead = ({ obligations }: Decision): boolean =>
  obligations.some(({ kind }) => kind === 'tell-when-read');

interface Seen {
  readonly data: unknown;
  readonly withheld: readonly string[];
  /** Open to the reader in an emergency until then. */
  readonly until: Date | undefined;
}

/** A version before, as far as the reader may see it. */
interface SeenBefore {
  readonly notice: ReceivedNotice;
  readonly answer: Pick<Seen, 'data' | 'withheld'> | undefined;
}

/** Against the last version before it. */
function changedSince(
  [before]: readonly SeenBefore[],
  now: Pick<Seen, 'data' | 'withheld'>,
): readonly ChangedField[] | null {
  if (!before?.answer) return null;
  return changedFields(before.answer, now).filter(({ path }) => !path.startsWith('amendment.'));
}

const seenVersion = (
  { sender, eventId, convention, receivedAt }: ReceivedNotice,
  data: unknown,
): SeenVersion => ({
  provenance: { agency: sender, event: eventId, convention },
  receivedAt,
  data,
});

/** @param before newest first */
function viewOf(
  notice: ReceivedNotice,
  { data, withheld, until }: Seen,
  before: readonly SeenBefore[],
): NoticeView {
  const earlier = before.flatMap((each) => (each.answer ? [seenVersion(each.notice, each.answer.data)] : []));
  const content = data as NoticeView['content'];
  const shown = Object.entries(notice.provenance).filter(([section]) => Object.hasOwn(content, section));
  return {
    id: notice.id,
    caseId: notice.caseId,
    reference: notice.reference,
    sender: notice.sender,
    recipientVersion: notice.recipientVersion,
    unit: notice.unit,
    receivedAt: notice.receivedAt.toISOString(),
    purpose: notice.purpose,
    acknowledgeBy: notice.acknowledgeBy?.toISOString() ?? null,
    state: notice.state,
    acknowledgedAt: notice.acknowledgedAt?.toISOString() ?? null,
    version: notice.version,
    standing: notice.standing,
    standingReason: notice.standingReason,
    standingSince: notice.standingSince?.toISOString() ?? null,
    restrictedSince: notice.restrictedSince?.toISOString() ?? null,
    // To the others they look like any field that is withheld.
    restrictedFields: restrictedFields(notice.revokedFields).filter((path) => !withheld.includes(path)),
    keepUntil: notice.keepUntil?.toISOString() ?? null,
    openUntil: until?.toISOString() ?? null,
    changed: changedSince(before, { data, withheld }),
    content,
    withheld,
    provenance: Object.fromEntries(shown),
    sources: sourceViews([seenVersion(notice, data), ...earlier]),
  };
}
