import { SUPPORT_REPORTED } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import {
  type Identity,
  type Page,
  requireIfMatch,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import { restrictedFields } from '../after-sharing/revoked-fields';
import { sharedStanding } from '../after-sharing/shared-standing.dto';
import type { HeldDocument } from '../cases/case-register';
import { Cases } from '../cases/cases';
import { readingRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { newestReceived } from '../query/newest-first';
import { getReceivedSupport } from './stored-support';
import { decideLink, decideNoteSupport, decideUnlink, noSuchSupport, supportVoided } from './support';
import type { ListReceivedSupportQuery, ReceivedSupportItem, ReceivedSupportView } from './support.dto';
import { ReceivedSupportRow } from './support.entity';

interface OnReceived {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** Reports that came: who reads them, and to which case of the agency's own each belongs. */
@Injectable()
export class ReceivedSupport {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly cases: Cases,
    private readonly acts: Acts,
  ) {}

  /** Newest first; nothing of what they say. @throws AppError `cursor-invalid` */
  async list(identity: Identity, query: ListReceivedSupportQuery): Promise<Page<ReceivedSupportItem>> {
    return serveTransaction(this.database, identity, (manager) =>
      newestReceived(manager, ReceivedSupportRow, identity, query).page(itemOf),
    );
  }

  /** @throws AppError `support-not-found`, `support-voided` */
  read(identity: Identity, id: string): Promise<ReceivedSupportView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getReceivedSupport(manager, identity, id);
      if (row.state === 'voided') throw supportVoided();
      const seen = this.open(identity, row);
      if (!seen) throw noSuchSupport();
      await this.audit.append(manager, [this.recordOf(identity, row, seen.decision)]);
      return receivedSupportView(row, seen);
    });
  }

  /**
   * To a case that the caller may read: whoever links has looked at both.
   * @throws AppError `support-not-found`, `case-not-found`, `precondition-*`, or what `decideLink` and `runOnce` throw
   */
  link(identity: Identity, { caseId, ...on }: OnReceived & { readonly caseId: string }) {
    return this.change(identity, 'link', { ...on, request: { id: on.id, caseId } }, async (manager, row) => {
      await this.cases.get(manager, identity, caseId);
      const at = this.clock.now();
      const { pseudonym } = identity;
      return {
        ...decideLink(row, caseId),
        ...{ linkedAt: at, linkedBy: pseudonym },
        ...(row.notedAt === null && { notedAt: at, notedBy: pseudonym }),
      };
    });
  }

  /** @throws AppError `support-not-found`, `precondition-*`, or what `decideUnlink` and `runOnce` throw */
  unlink(identity: Identity, on: OnReceived) {
    return this.change(identity, 'unlink', { ...on, request: { id: on.id } }, (_, row) =>
      Promise.resolve({
        ...decideUnlink(row),
        ...{ linkedAt: null, linkedBy: null, notedAt: null, notedBy: null },
      }),
    );
  }

  /** @throws AppError `support-not-found`, `precondition-*`, or what `decideNoteSupport` and `runOnce` throw */
  note(identity: Identity, on: OnReceived) {
    return this.change(identity, 'note', { ...on, request: { id: on.id } }, (_, row) =>
      Promise.resolve({
        ...decideNoteSupport(row),
        ...{ notedAt: this.clock.now(), notedBy: identity.pseudonym },
      }),
    );
  }

  /** As far as the reader's roles may see it. */
  open({ roles }: Pick<Identity, 'roles'>, row: ReceivedSupportRow) {
    return this.policy.read({ ...heldSupport(row), data: row.content }, roles, this.clock.now());
  }

  /** Of a reading that the caller's transaction does. */
  recordOf(
    identity: Identity,
    row: ReceivedSupportRow,
    decision: Parameters<typeof readingRecord>[3],
  ): ReturnType<typeof readingRecord> {
    return readingRecord(this.audit, identity, this.clock.now(), decision, {
      purpose: row.purpose,
      reference: row.reference,
      event: SUPPORT_REPORTED,
      eventId: row.eventId,
      counterpart: row.sender,
      convention: row.convention,
    });
  }

  private change(
    identity: Identity,
    act: 'link' | 'unlink' | 'note',
    { id, ifMatch, idempotencyKey, request }: OnReceived & { readonly request: object },
    decide: (manager: EntityManager, row: ReceivedSupportRow) => Promise<Partial<ReceivedSupportRow>>,
  ): Promise<ReceivedSupportItem> {
    const route = `POST /v1/received-support-reports/:id/${act}`;
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const row = await getReceivedSupport(manager, identity, id, 'pessimistic_write');
      // Whoever may read nothing of it does not act on it.
      if (row.state !== 'voided' && !this.open(identity, row)) throw noSuchSupport();
      requireIfMatch(ifMatch, row.version);
      const changed = await decide(manager, row);
      await manager.update(ReceivedSupportRow, id, changed);
      return { status: 200, body: { ...itemOf({ ...row, ...changed }) } };
    });
  }
}

/** What the convention asks of the recipient, that the person is an adult, held when it came. */
export const heldSupport = (row: ReceivedSupportRow): HeldDocument => ({
  type: SUPPORT_REPORTED,
  purpose: row.purpose,
  facts: { adult: true, departement: row.departement },
  provenance: { agency: row.sender, event: row.eventId, convention: row.convention },
  withheld: row.withheld,
  restricted: row.restrictedSince !== null,
  restrictedFields: restrictedFields(row.revokedFields),
});

const itemOf = (row: ReceivedSupportRow): ReceivedSupportItem => ({
  id: row.id,
  caseId: row.linkedCase,
  sender: row.sender,
  receivedAt: row.receivedAt.toISOString(),
  noteBy: row.noteBy?.toISOString() ?? null,
  notedAt: row.notedAt?.toISOString() ?? null,
  linkedAt: row.linkedAt?.toISOString() ?? null,
  state: row.state,
  version: row.version,
  ...sharedStanding(row),
});

export const receivedSupportView = (
  row: ReceivedSupportRow,
  { data, withheld }: { readonly data: unknown; readonly withheld: readonly string[] },
): ReceivedSupportView => ({
  ...itemOf(row),
  keepUntil: row.keepUntil?.toISOString() ?? null,
  content: data as ReceivedSupportView['content'],
  withheld,
  provenance: { agency: row.sender, event: row.eventId, convention: row.convention },
});
