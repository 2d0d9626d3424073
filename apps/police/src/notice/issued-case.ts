import { AGENCY, DIRECTORY, lockCase } from '@liaison/casework';
import {
  ATTACHMENT_ADDED,
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  NOTICE_ISSUED_V1,
  type NoticeIssuedV2,
} from '@liaison/contracts';
import { AppError, type Agency, type Directory } from '@liaison/kernel';
import {
  currentTraceparent,
  Outbox,
  type Recipient,
  type RecordedEvent,
  type VoidedDeliveries,
} from '@liaison/messaging';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { CaseFacts } from '@liaison/casework';
import type { EntityManager } from 'typeorm';
import { byPurpose, PURPOSE } from './purpose';
import { type IssuedNotice, type Protection, requireIssued } from './notice';
import { contentOf, getNotice, lockNotice } from './stored-notice';

/** Events that carry a notice whole. */
export const CONTENT_TYPES = [NOTICE_ISSUED_V1, NOTICE_ISSUED, NOTICE_AMENDED];

/** An issued notice with its case, both locked until the transaction ends. */
export interface OpenCase {
  readonly id: string;
  readonly caseId: string;
  readonly notice: IssuedNotice;
  /** Agencies that a version has left for, and that it was not taken back from. */
  readonly holders: readonly string[];
  readonly content: NoticeIssuedV2;
  /** Of the document that holds the content. */
  readonly type: string;
  readonly facts: CaseFacts;
  readonly protection: Protection;
}

/** What is said about a case, to whom. */
export interface Saying {
  readonly type: string;
  readonly document: object;
  readonly to: readonly Recipient[];
}

/** The case of an issued notice, as its commands work on it: everything inside their T1. */
@Injectable()
export class IssuedCases {
  constructor(
    @Inject(AGENCY) readonly agency: Agency,
    @Inject(DIRECTORY) readonly directory: Directory,
    private readonly outbox: Outbox,
  ) {}

  /**
   * The notice's row first, then its case: from here on nothing more of the case is frozen.
   * @throws AppError `notice-not-found`, `notice-not-issued`
   */
  async lock(manager: EntityManager, identity: Identity, id: string): Promise<OpenCase> {
    requireIssued(await lockNotice(manager, identity, id));
    const row = await getNotice(manager, identity, id);
    const caseId = row.caseId ?? '';
    await lockCase(manager, caseId);
    const notice = requireIssued(await lockNotice(manager, identity, id));
    const { content, type, facts } = await contentOf(manager, row);
    const left = await manager.query<{ recipient: string }[]>(
      `SELECT DISTINCT recipient FROM messaging.delivery
        WHERE case_id = $1 AND kind = 'event' AND state = 'frozen' AND type = ANY ($2)`,
      [caseId, CONTENT_TYPES],
    );
    const { protectedIdentity: identityHidden = true, protectedAddress: addressHidden = true } = facts;
    return {
      id,
      caseId,
      notice,
      holders: left.map(({ recipient }) => recipient),
      content: content as NoticeIssuedV2,
      type,
      facts,
      protection: { identity: identityHidden, address: addressHidden },
    };
  }

  /** Agencies by their ids, each with the unit that the last event named. */
  async recipients(manager: EntityManager, caseId: string, ids: readonly string[]): Promise<Recipient[]> {
    const rows = await manager.query<{ recipient: string; recipient_unit: string | null }[]>(
      `SELECT DISTINCT ON (recipient) recipient, recipient_unit FROM messaging.delivery_status
        WHERE case_id = $1 ORDER BY recipient, case_version DESC`,
      [caseId],
    );
    const units = new Map(rows.map(({ recipient, recipient_unit }) => [recipient, recipient_unit]));
    return ids.map((id) => {
      const agency = this.directory.findAgency(id);
      if (!agency) {
        throw new AppError(
          'recipient-unknown',
          'The directory no longer knows a recipient: tell the operators.',
        );
      }
      const unit = units.get(id);
      return { agency, ...(unit && { unit }) };
    });
  }

  /** To each for the purpose that it is told for; the version is that of the last document. */
  async say(
    manager: EntityManager,
    identity: Identity,
    caseId: string,
    { type, document, to }: Saying,
    at: Date,
  ): Promise<RecordedEvent> {
    const said: RecordedEvent[] = [];
    for (const { purpose, recipients } of to.length > 0
      ? byPurpose(to)
      : [{ purpose: PURPOSE, recipients: [] }]) {
      said.push(
        await this.outbox.append(manager, caseId, {
          type,
          document,
          purpose,
          unit: identity.unit,
          agent: identity.pseudonym,
          correlationId: currentCorrelationId(),
          traceparent: currentTraceparent(),
          decidedAt: at,
          recipients,
        }),
      );
    }
    return {
      version: said.at(-1)?.version ?? 0,
      intents: said.flatMap(({ intents }) => intents),
      lanes: [...new Set(said.flatMap(({ lanes }) => lanes))],
    };
  }

  /** What still waits under the old facts is decided again under the new ones. */
  async changeFacts(
    manager: EntityManager,
    caseId: string,
    before: CaseFacts,
    facts: CaseFacts,
  ): Promise<void> {
    if (JSON.stringify(sorted(before)) === JSON.stringify(sorted(facts))) return;
    await manager.query(
      'UPDATE messaging.cases SET facts = $2, facts_version = facts_version + 1 WHERE id = $1',
      [caseId, JSON.stringify(facts)],
    );
  }

  /** What has not left is not sent any more. */
  cancelUnsent(
    manager: EntityManager,
    caseId: string,
    reason: string,
    recipients?: readonly string[],
  ): Promise<VoidedDeliveries> {
    return this.outbox.voidDelivered(manager, caseId, {
      reason,
      unsentOnly: true,
      ...(recipients && { recipients }),
    });
  }

  /** Every version of the notice and its documents, from each of them, sent or not. */
  async takeBack(
    manager: EntityManager,
    caseId: string,
    reason: string,
    recipients: readonly string[],
  ): Promise<VoidedDeliveries> {
    const versions = await manager.query<{ version: number }[]>(
      'SELECT version FROM messaging.event_document WHERE case_id = $1 AND type = ANY ($2) ORDER BY version',
      [caseId, [...CONTENT_TYPES, ATTACHMENT_ADDED]],
    );
    let [cancelled, voided, lanes] = [0, 0, [] as readonly number[]];
    for (const { version } of versions) {
      const taken = await this.outbox.voidDelivered(manager, caseId, { reason, version, recipients });
      cancelled += taken.cancelled;
      voided += taken.voided;
      lanes = [...lanes, ...taken.lanes];
    }
    return { cancelled, voided, lanes };
  }
}

const sorted = (facts: CaseFacts): object => Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1));
