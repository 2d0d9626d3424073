import { readingRecord } from '../policy/act-records';
import {
  ATTACHMENT_ADDED,
  ATTACHMENT_CHUNK_BYTES,
  type AttachmentAddedV1,
  type AttachmentKind,
} from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import { Cases } from '../cases/cases';
import type { ReadableCase } from '../cases/cases';
import { AgencyPolicy } from '../policy/agency-policy';
import type { AttachmentItem } from './attachment.dto';
import type { CheckedFile } from './read-file';
import { ASK_AGAIN } from './sources';

/** Of one case. */
const MOST_ATTACHMENTS = 50;

interface AttachmentRow {
  readonly id: string;
  readonly state: string;
  readonly kind: AttachmentKind | null;
  readonly name: string | null;
  readonly media_type: string | null;
  readonly size: number | null;
  readonly sha256: string | null;
  readonly parts: number;
  readonly added_at: Date;
  readonly sender: string | null;
  readonly sender_id: string | null;
  readonly convention: string | null;
  readonly purpose: string;
  readonly restricted: boolean;
}

/** The documents of a case, an agency's own and received ones alike. No reduced pictures of them are ever made. */
@Injectable()
export class Attachments {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
  ) {}

  /** What there is, as far as the reader's roles may know of each; recorded. @throws AppError `case-not-found` */
  list(identity: Identity, caseId: string): Promise<AttachmentItem[]> {
    return this.acts.read(identity, async (manager) => {
      const found = await this.cases.getOpened(manager, identity, caseId);
      await this.cases.recordOwnReading(manager, identity, found, ['attachments']);
      return this.ofCase(manager, identity, found);
    });
  }

  /** The caller has found that the reader may know of the case, and records the reading. @param limit default: all */
  async ofCase(
    manager: EntityManager,
    identity: Identity,
    found: ReadableCase,
    limit?: number,
  ): Promise<AttachmentItem[]> {
    const rows = await manager.query<AttachmentRow[]>(`${SELECT} WHERE case_id = $1 ORDER BY id LIMIT $2`, [
      found.id,
      limit ?? null,
    ]);
    return rows.map((row) => this.itemOf(row, identity, found));
  }

  /**
   * The file itself; recorded.
   * @throws AppError `case-not-found`, `attachment-not-found`, `attachment-withheld`, `attachment-incomplete`,
   * `attachment-damaged`, `attachment-voided`
   */
  content(
    identity: Identity,
    caseId: string,
    id: string,
  ): Promise<{ readonly name: string; readonly mediaType: string; readonly bytes: Buffer }> {
    return this.acts.read(identity, async (manager) => {
      const found = await this.cases.getOpened(manager, identity, caseId);
      const [row] = await manager.query<AttachmentRow[]>(`${SELECT} WHERE case_id = $1 AND id = $2`, [
        caseId,
        id,
      ]);
      if (!row) throw new AppError('attachment-not-found', 'The case has no such attachment.');
      if (isTakenBack(row, found)) {
        throw new AppError('attachment-voided', 'Its sender has taken it back, or it was purged.');
      }
      const answer = this.read(row, identity, found);
      if (row.state === 'withheld' || !answer?.open) {
        throw new AppError('attachment-withheld', 'This document is not shown to you.');
      }
      if (row.state === 'receiving')
        throw new AppError('attachment-incomplete', 'Parts of it have not arrived yet.');
      if (row.state === 'damaged') {
        throw new AppError(
          'attachment-damaged',
          'It arrived damaged: ask its sender to add the document again.',
        );
      }
      const { decision } = answer;
      await this.audit.append(manager, [
        readingRecord(this.audit, identity, this.clock.now(), decision, {
          purpose: row.purpose,
          reference: found.reference,
          event: ATTACHMENT_ADDED,
          ...(found.emergency && { reason: 'break-glass' }),
          ...(row.convention !== null && { convention: row.convention }),
          ...(row.sender !== null && { counterpart: row.sender }),
        }),
      ]);
      const parts = await manager.query<{ bytes: Buffer }[]>(
        'SELECT bytes FROM casework.attachment_part WHERE attachment_id = $1 ORDER BY part',
        [id],
      );
      const bytes = Buffer.concat(parts.map((part) => part.bytes));
      if (createHash('sha256').update(bytes).digest('hex') !== row.sha256) {
        throw new TypeError('an attachment is not what it was when it was stored');
      }
      return { name: row.name ?? '', mediaType: row.media_type ?? '', bytes };
    });
  }

  /** Keeps a file of this agency. @throws AppError `attachments-full` */
  async store(
    manager: EntityManager,
    identity: Identity,
    caseId: string,
    {
      kind,
      file,
      purpose,
    }: { readonly kind: AttachmentKind; readonly file: CheckedFile; readonly purpose: string },
  ): Promise<string> {
    const [held] = await manager.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM casework.attachment WHERE case_id = $1',
      [caseId],
    );
    if ((held?.count ?? 0) >= MOST_ATTACHMENTS) {
      throw new AppError('attachments-full', `A case has ${MOST_ATTACHMENTS} attachments at most.`);
    }
    const id = uuidv7();
    const parts = partsOf(file.bytes);
    await manager.query(STORE, [
      id,
      caseId,
      identity.unit,
      kind,
      file.name,
      file.mediaType,
      file.bytes.length,
      file.sha256,
      parts.length,
      this.clock.now(),
      identity.pseudonym,
      purpose,
    ]);
    await manager.query(
      `INSERT INTO casework.attachment_part (attachment_id, part, bytes)
       SELECT $1, p.part, p.bytes FROM unnest($2::int[], $3::bytea[]) AS p (part, bytes)`,
      [id, parts.map((_, at) => at + 1), parts],
    );
    return id;
  }

  /** The events that carry the agency's own documents of a case, in order; of one document where it is named. */
  async *eventsOf(
    manager: EntityManager,
    caseId: string,
    { departement, only }: { readonly departement: string | undefined; readonly only?: string },
  ): AsyncGenerator<AttachmentAddedV1> {
    const rows = await manager.query<AttachmentRow[]>(
      `${SELECT} WHERE case_id = $1 AND sender IS NULL AND ($2::uuid IS NULL OR id = $2) ORDER BY id`,
      [caseId, only ?? null],
    );
    for (const { id, kind, name, media_type: mediaType, size, sha256, parts, added_at: addedAt } of rows) {
      for (let part = 1; part <= parts; part += 1) {
        const [stored] = await manager.query<{ bytes: Buffer }[]>(
          'SELECT bytes FROM casework.attachment_part WHERE attachment_id = $1 AND part = $2',
          [id, part],
        );
        yield {
          attachment: id,
          part,
          parts,
          addedAt: addedAt.toISOString(),
          ...(departement !== undefined && { departement }),
          [kind as AttachmentKind]: {
            name,
            mediaType,
            size,
            sha256,
            data: stored?.bytes.toString('base64') ?? '',
          },
        };
      }
    }
  }

  private itemOf(row: AttachmentRow, identity: Identity, found: ReadableCase): AttachmentItem {
    const answer = this.read(row, identity, found);
    const state = isTakenBack(row, found) ? 'voided' : row.state;
    const known = state !== 'withheld' && state !== 'voided' && answer?.named;
    const shown = !known ? stateOf(state) : !answer.open && state !== 'receiving' ? 'withheld' : state;
    return {
      id: row.id,
      state: shown,
      action: shown === 'damaged' ? ASK_AGAIN : null,
      kind: known ? row.kind : null,
      name: known ? row.name : null,
      mediaType: known ? row.media_type : null,
      size: known ? row.size : null,
      sha256: known ? row.sha256 : null,
      addedAt: row.added_at.toISOString(),
      sender: row.sender,
      standing: found.standing.standing,
      standingReason: found.standing.reason,
      standingSince: found.standing.since?.toISOString() ?? null,
    };
  }

  /** What the engine lets these roles see of one document. */
  private read(row: AttachmentRow, { roles }: Identity, { held, emergency }: ReadableCase) {
    const { kind, sender, convention, purpose, restricted } = row;
    const provenance =
      sender !== null && convention !== null
        ? { agency: sender, event: ATTACHMENT_ADDED, convention }
        : undefined;
    const asked = { type: ATTACHMENT_ADDED, data: {}, purpose, facts: held.facts, restricted };
    const document = { ...asked, ...(provenance && { provenance }) };
    const at = this.clock.now();
    const answer = emergency
      ? this.policy.openInEmergency(document, roles, at)
      : this.policy.read(document, roles, at);
    if (!answer || kind === null) return undefined;
    const releases = (field: string) => answer.decision.fields[`${kind}.${field}`]?.treatment === 'release';
    return { decision: answer.decision, named: releases('name'), open: releases('data') };
  }
}

/** A recall may come before the void of each document that it takes back. */
const isTakenBack = ({ state, sender }: AttachmentRow, { standing }: ReadableCase): boolean =>
  state === 'voided' || (sender !== null && standing.standing === 'recalled');

const stateOf = (state: string): string => (state === 'voided' ? 'voided' : 'withheld');

function partsOf(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += ATTACHMENT_CHUNK_BYTES) {
    parts.push(bytes.subarray(at, at + ATTACHMENT_CHUNK_BYTES));
  }
  return parts;
}

const SELECT = `
SELECT id, state, kind, name, media_type, size, sha256, parts, added_at, sender, sender_id, convention, purpose,
       restricted_since IS NOT NULL AS restricted
  FROM casework.attachment`;

const STORE = `
INSERT INTO casework.attachment
  (id, case_id, unit, state, kind, name, media_type, size, sha256, parts, added_at, added_by, purpose)
VALUES ($1, $2, $3, 'complete', $4, $5, $6, $7, $8, $9, $10, $11, $12)`;
