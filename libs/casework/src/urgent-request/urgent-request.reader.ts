import {
  URGENT_REQUEST_ANSWERED,
  URGENT_REQUEST_ASKED,
  type UrgentRequestAnsweredV1,
  type UrgentRequestAskedV1,
} from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { AuditTrail, type Provenance } from '@liaison/messaging';
import {
  decodeCursor,
  type Identity,
  isIdPosition,
  type Page,
  pageOf,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { restrictedFields } from '../after-sharing/revoked-fields';
import { CLOCK } from '../agency/tokens';
import { readingRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { askedItem, receivedItem } from './items';
import {
  type AskedRow,
  documentOf,
  getRow,
  listRows,
  type ListRequests,
  type ReceivedRow,
  VITAL_INTERESTS,
} from './rows';
import { noSuchRequest } from './urgent-request';
import type { AskedItem, AskedView, ListAskedQuery } from './asked.dto';
import type { UrgentAnswer, UrgentQuestion } from './exchange.dto';
import type { ListReceivedQuery, ReceivedItem, ReceivedView } from './received.dto';

/** A part of an exchange: what was asked, or what was answered. */
interface Part {
  readonly type: string;
  readonly data: unknown;
  /** Absent: the agency's own. */
  readonly provenance?: Provenance;
  readonly withheld?: readonly string[];
  /** Its sender has restricted it. */
  readonly restricted?: boolean;
  readonly restrictedFields?: readonly string[];
}

/** What a unit reads of urgent requests, its own and those of others. What shows a person is recorded in the transaction that read it. */
@Injectable()
export class UrgentRequestReader {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
    private readonly acts: Acts,
  ) {}

  /** Newest first. @throws AppError `cursor-invalid` */
  async listAsked(identity: Identity, query: ListAskedQuery): Promise<Page<AskedItem>> {
    const asked = this.listing(query);
    const rows = await serveTransaction(this.database, identity, (manager) =>
      listRows(manager, identity, 'asked', asked),
    );
    return pageOf(
      rows,
      query.limit,
      (row) => askedItem(row, asked.at),
      ({ id }) => id,
    );
  }

  /** Newest first. @throws AppError `cursor-invalid` */
  async listReceived(identity: Identity, query: ListReceivedQuery): Promise<Page<ReceivedItem>> {
    const asked = this.listing(query);
    const rows = await serveTransaction(this.database, identity, (manager) =>
      listRows(manager, identity, 'received', asked),
    );
    return pageOf(
      rows,
      query.limit,
      (row) => receivedItem(row, asked.at),
      ({ id }) => id,
    );
  }

  /** The first reading of an answer takes it off the desk. @throws AppError `urgent-request-not-found` */
  readAsked(identity: Identity, id: string): Promise<AskedView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getRow(manager, identity, 'asked', id);
      const at = this.clock.now();
      const { document, delivery } = await documentOf<UrgentRequestAskedV1>(manager, row.request_case, 1);
      const asked = await this.open<UrgentRequestAskedV1>(manager, identity, row, {
        type: URGENT_REQUEST_ASKED,
        data: document,
      });
      const answer = answerOf(row);
      const answered = answer && (await this.open<UrgentRequestAnsweredV1>(manager, identity, row, answer));
      // Whoever may read nothing of it leaves it to those who may.
      const shown = answered ? answerIn(answered.data) : null;
      if (shown && (row.state === 'refused' || Object.keys(shown).length > 0)) {
        await manager.query(
          'UPDATE desk.urgent_asked SET read_at = $2, read_by = $3 WHERE id = $1 AND read_at IS NULL',
          [id, at, identity.pseudonym],
        );
      }
      return {
        ...askedItem(row, at),
        question: questionIn(asked.data),
        answer: shown,
        withheld: [...asked.withheld, ...(answered?.withheld ?? [])],
        delivery,
      };
    });
  }

  /** @throws AppError `urgent-request-not-found` */
  readReceived(identity: Identity, id: string): Promise<ReceivedView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getRow(manager, identity, 'received', id);
      const { agency, event_id: event, convention, content, withheld } = row;
      const asked = await this.open<UrgentRequestAskedV1>(manager, identity, row, {
        type: URGENT_REQUEST_ASKED,
        data: content ?? {},
        provenance: { agency, event, convention },
        withheld,
        ...standingOf(row),
      });
      const sent =
        row.answer_version === null
          ? undefined
          : await documentOf<UrgentRequestAnsweredV1>(manager, row.request_case, row.answer_version);
      const answered =
        sent &&
        (await this.open<UrgentRequestAnsweredV1>(manager, identity, row, {
          type: URGENT_REQUEST_ANSWERED,
          data: sent.document,
        }));
      return {
        ...receivedItem(row, this.clock.now()),
        question: questionIn(asked.data),
        answer: answered ? answerIn(answered.data) : null,
        withheld: [...asked.withheld, ...(answered?.withheld ?? [])],
        delivery: sent?.delivery ?? null,
      };
    });
  }

  private listing({
    cursor,
    limit,
    state,
    overdue,
    caseId,
  }: ListAskedQuery | ListReceivedQuery): ListRequests {
    return {
      before: cursor === undefined ? null : decodeCursor(cursor, isIdPosition),
      limit: limit + 1,
      state: state ?? null,
      overdue: overdue ?? null,
      caseId: caseId ?? null,
      at: this.clock.now(),
    };
  }

  /** As far as the reader's roles may see it, with the record of the reading. @throws AppError `urgent-request-not-found` */
  private async open<T extends object>(
    manager: EntityManager,
    identity: Identity,
    row: AskedRow | ReceivedRow,
    { type, data, provenance, withheld, restricted = false, restrictedFields }: Part,
  ): Promise<{ readonly data: Partial<T>; readonly withheld: readonly string[] }> {
    const at = this.clock.now();
    const held = {
      type,
      data,
      purpose: VITAL_INTERESTS,
      facts: { vitalInterest: true },
      ...(provenance && { provenance }),
      ...(withheld && { withheld }),
      restricted,
      ...(restrictedFields && { restrictedFields }),
    };
    const seen = this.policy.read(held, identity.roles, at);
    // What is restricted is shown to fewer; to the others it is as if nothing were held.
    if (!seen && restricted) return { data: {}, withheld: [] };
    if (!seen) throw noSuchRequest();
    await this.audit.append(manager, [
      readingRecord(this.audit, identity, at, seen.decision, {
        purpose: VITAL_INTERESTS,
        reference: 'request' in row ? row.request : row.id,
        event: type,
        counterpart: row.agency,
        ...(provenance && { eventId: provenance.event, convention: provenance.convention }),
      }),
    ]);
    return { data: seen.data as Partial<T>, withheld: seen.withheld };
  }
}

/** What came from the agency that was asked; nothing before there is an answer, and none that is no longer kept. */
function answerOf(row: AskedRow): Part | undefined {
  const { agency, answer_event: event, convention, answer, withheld } = row;
  if (event === null || convention === null || answer === null) return undefined;
  return {
    type: URGENT_REQUEST_ANSWERED,
    data: answer,
    provenance: { agency, event, convention },
    withheld: withheld ?? [],
    ...standingOf(row),
  };
}

/** What its sender has said of it since. */
const standingOf = ({
  restricted_since,
  revoked_fields,
}: AskedRow | ReceivedRow): Pick<Part, 'restricted' | 'restrictedFields'> => ({
  restricted: restricted_since !== null,
  restrictedFields: restrictedFields(revoked_fields),
});

const questionIn = ({ reason, needs, person }: Partial<UrgentRequestAskedV1>): UrgentQuestion => ({
  ...(reason !== undefined && { reason }),
  ...(needs && { needs }),
  ...(person && { person }),
});

const answerIn = (answer: Partial<UrgentRequestAnsweredV1>): UrgentAnswer => {
  const { address, contact, danger, health, words, reason } = answer;
  return {
    ...(address && { address }),
    ...(contact && { contact }),
    ...(danger !== undefined && { danger }),
    ...(health !== undefined && { health }),
    ...(words !== undefined && { words }),
    ...(reason !== undefined && { reason }),
  };
};
