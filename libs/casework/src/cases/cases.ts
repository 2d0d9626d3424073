import { actRecord } from '../policy/act-records';
import { AppError, type Clock } from '@liaison/kernel';
import { type AuditEntry, auditFields, AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import { AgencyPolicy } from '../policy/agency-policy';
import { decidedFields } from '../policy/decided-fields';
import {
  CASE_REGISTER,
  type CaseDocument,
  type CaseRegister,
  type CaseVersion,
  type HeldCase,
  type HeldDocument,
} from './case-register';

/** A case that the reader may know of, with what the engine said. */
export interface ReadableCase extends HeldCase {
  readonly decision: Decision;
}

/** A document as far as the reader may see it. */
export interface ReadableDocument extends CaseDocument {
  readonly decision: Decision;
  readonly withheld: readonly string[];
}

/** A version as far as the reader may see it. */
export interface ReadableVersion extends CaseVersion {
  readonly decision: Decision;
  readonly withheld: readonly string[];
}

/** The unit's cases, as far as the reader's roles may know of them, and the record of each reading. */
@Injectable()
export class Cases {
  constructor(
    @Inject(CASE_REGISTER) private readonly register: CaseRegister,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws AppError `case-not-found`, also where it is another unit's or nothing of it may be read */
  async get(manager: EntityManager, identity: Identity, id: string): Promise<ReadableCase> {
    const found = await this.find(manager, identity, id);
    if (!found) throw noSuchCase();
    return found;
  }

  /** Whether somebody of the unit may read anything of the case. */
  async isReadable(
    manager: EntityManager,
    reader: Pick<Identity, 'unit' | 'roles'>,
    id: string,
  ): Promise<boolean> {
    return (await this.find(manager, reader, id)) !== undefined;
  }

  private async find(
    manager: EntityManager,
    reader: Pick<Identity, 'unit' | 'roles'>,
    id: string,
  ): Promise<ReadableCase | undefined> {
    const found = await this.register.findCase(manager, reader, id);
    const answer = found && this.policy.read({ ...found.held, data: {} }, reader.roles, this.clock.now());
    return answer && { ...found, decision: answer.decision };
  }

  /** Of these documents, or the newest of these cases, those that the reader's roles may see. */
  async documents(
    manager: EntityManager,
    identity: Identity,
    of: Parameters<CaseRegister['findDocuments']>[2],
  ): Promise<readonly ReadableDocument[]> {
    const at = this.clock.now();
    const found = await this.register.findDocuments(manager, identity, of);
    return found.flatMap((document) => this.readable(identity, document, at));
  }

  /** Newest first, those of which the reader's roles may see something. @param limit of all that there are */
  async versions(
    manager: EntityManager,
    identity: Identity,
    caseId: string,
    limit: number,
  ): Promise<readonly ReadableVersion[]> {
    const at = this.clock.now();
    const found = await this.register.findVersions(manager, identity, caseId, limit);
    return found.flatMap((version) => this.readable(identity, version, at));
  }

  private readable<Document extends CaseDocument>(
    { roles }: Identity,
    document: Document,
    at: Date,
  ): readonly (Document & Pick<ReadableDocument, 'decision' | 'withheld'>)[] {
    const answer = this.policy.read({ ...document.held, data: document.data }, roles, at);
    return answer ? [{ ...document, ...answer }] : [];
  }

  /** Whether a reader's roles may know of such documents at all. */
  mayKnow({ roles }: Identity, held: HeldDocument): boolean {
    return this.policy.read({ ...held, data: {} }, roles, this.clock.now()) !== undefined;
  }

  /**
   * In the transaction that reads: one record a case.
   * @param shown names of the fields that were shown; default: all that the engine decided on
   */
  async recordReading(
    manager: EntityManager,
    identity: Identity,
    read: readonly Pick<ReadableCase, 'reference' | 'held' | 'decision'>[],
    shown?: ReadonlySet<string>,
  ): Promise<void> {
    const records = read.map(({ reference, held, decision }) => {
      const { convention, agency } = held.provenance ?? {};
      const fields = decidedFields(decision);
      return this.prepare(identity, held, decision, {
        reference,
        event: held.type,
        policyDigest: decision.digest,
        fields: auditFields(shown ? fields.filter(({ path }) => shown.has(path)) : fields),
        ...(convention !== undefined && { convention }),
        ...(agency !== undefined && { counterpart: agency }),
      });
    });
    await this.audit.append(manager, records);
  }

  /** The same of what the agency added to a case itself. @param paths names of what was shown */
  async recordOwnReading(
    manager: EntityManager,
    identity: Identity,
    { reference, held, decision }: ReadableCase,
    paths: readonly string[],
  ): Promise<void> {
    const fields = [{ paths: [...paths], treatment: 'release' as const, rules: ['own-record'] }];
    await this.audit.append(manager, [this.prepare(identity, held, decision, { reference, fields })]);
  }

  /**
   * In the transaction that reads: the one record of an answer that shows a whole case.
   * @param shown of everything in it
   * @returns its number
   */
  async recordExport(
    manager: EntityManager,
    identity: Identity,
    { reference, held, decision }: ReadableCase,
    shown: { readonly fields: AuditEntry['fields']; readonly legalBases: readonly string[] },
  ): Promise<string> {
    const { convention, agency } = held.provenance ?? {};
    const record = this.prepare(identity, held, decision, {
      reference,
      event: held.type,
      policyDigest: decision.digest,
      fields: shown.fields,
      legalBases: [...shown.legalBases],
      ...(convention !== undefined && { convention }),
      ...(agency !== undefined && { counterpart: agency }),
    });
    await this.audit.append(manager, [record]);
    return record.recordId;
  }

  private prepare(
    identity: Identity,
    { purpose }: HeldDocument,
    { legalBases }: Decision,
    entry: Pick<AuditEntry, 'reference' | 'fields'> & Partial<AuditEntry>,
  ) {
    return actRecord(this.audit, identity, this.clock.now(), {
      kind: 'read',
      purpose,
      legalBases: [...legalBases],
      ...entry,
    });
  }
}

const noSuchCase = () => new AppError('case-not-found', 'Your unit has no such case.');
