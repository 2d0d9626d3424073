import { actRecord } from '../policy/act-records';
import { AppError, type Clock } from '@liaison/kernel';
import { type AuditEntry, auditFields, AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import { openCases } from '../break-glass/openings';
import { saysMinor } from './says-minor';
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
  /** The reader has opened it in an emergency: every record of reading it says so. */
  readonly emergency?: boolean;
}

/** A document as far as the reader may see it. */
export interface ReadableDocument extends CaseDocument {
  readonly decision: Decision;
  readonly withheld: readonly string[];
  /** As in `ReadableCase`. */
  readonly emergency?: boolean;
}

/** A version as far as the reader may see it. */
export interface ReadableVersion extends CaseVersion {
  readonly decision: Decision;
  readonly withheld: readonly string[];
  /** As in `ReadableCase`. */
  readonly emergency?: boolean;
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

  /** The same, with what the reader has opened of it in an emergency. For what is shown, never for acts. */
  async getOpened(manager: EntityManager, identity: Identity, id: string): Promise<ReadableCase> {
    const found = await this.get(manager, identity, id);
    const at = this.clock.now();
    if (!(await openCases(manager, identity, at)).has(id)) return found;
    const answer = this.policy.openInEmergency({ ...found.held, data: {} }, identity.roles, at);
    return answer ? { ...found, decision: answer.decision, emergency: true } : found;
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

  /**
   * Whether what the unit holds of a case says that the person is a minor, the reader's rights aside: it protects, and is shown to nobody.
   * What was taken back says nothing.
   */
  async saysMinor(manager: EntityManager, reader: Pick<Identity, 'unit'>, id: string): Promise<boolean> {
    const newest = await this.register.findDocuments(manager, reader, { newestOf: [id] });
    return newest.some(({ data }) => saysMinor(data));
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

  /** The same, with what the reader has opened of their cases in an emergency. For what is shown, never for acts. */
  async documentsOpened(
    manager: EntityManager,
    identity: Identity,
    of: Parameters<CaseRegister['findDocuments']>[2],
  ): Promise<readonly ReadableDocument[]> {
    const at = this.clock.now();
    const opened = await openCases(manager, identity, at);
    const found = await this.register.findDocuments(manager, identity, of);
    return found.flatMap((document) => this.readable(identity, document, at, opened));
  }

  /**
   * Newest first, those of which the reader may see something, with what they have opened in an emergency.
   * @param limit of all that there are
   */
  async versions(
    manager: EntityManager,
    identity: Identity,
    caseId: string,
    limit: number,
  ): Promise<readonly ReadableVersion[]> {
    const at = this.clock.now();
    const opened = await openCases(manager, identity, at);
    const found = await this.register.findVersions(manager, identity, caseId, limit);
    return found.flatMap((version) => this.readable(identity, version, at, opened));
  }

  private readable<Document extends CaseDocument>(
    { roles }: Identity,
    document: Document,
    at: Date,
    opened: ReadonlySet<string> = NONE,
  ): readonly (Document & Pick<ReadableDocument, 'decision' | 'withheld' | 'emergency'>)[] {
    const held = { ...document.held, data: document.data };
    if (!opened.has(document.caseId)) {
      const answer = this.policy.read(held, roles, at);
      return answer ? [{ ...document, ...answer }] : [];
    }
    const answer = this.policy.openInEmergency(held, roles, at);
    if (!answer) return [];
    const { decision, data, withheld } = answer;
    return [{ ...document, decision, data, withheld, emergency: true }];
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
    read: readonly Pick<ReadableCase, 'reference' | 'held' | 'decision' | 'emergency'>[],
    shown?: ReadonlySet<string>,
  ): Promise<void> {
    const records = read.map(({ reference, held, decision, emergency }) => {
      const { convention, agency } = held.provenance ?? {};
      const fields = decidedFields(decision);
      return this.prepare(identity, held, decision, {
        reference,
        event: held.type,
        policyDigest: decision.digest,
        fields: auditFields(shown ? fields.filter(({ path }) => shown.has(path)) : fields),
        ...(emergency && IN_EMERGENCY),
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
    { reference, held, decision, emergency }: ReadableCase,
    paths: readonly string[],
  ): Promise<void> {
    const fields = [{ paths: [...paths], treatment: 'release' as const, rules: ['own-record'] }];
    await this.audit.append(manager, [
      this.prepare(identity, held, decision, { reference, fields, ...(emergency && IN_EMERGENCY) }),
    ]);
  }

  /**
   * In the transaction that reads: the one record of an answer that shows a whole case.
   * @param shown of everything in it
   * @returns its number
   */
  async recordExport(
    manager: EntityManager,
    identity: Identity,
    { reference, held, decision, emergency }: ReadableCase,
    shown: { readonly fields: AuditEntry['fields']; readonly legalBases: readonly string[] },
  ): Promise<string> {
    const { convention, agency } = held.provenance ?? {};
    const record = this.prepare(identity, held, decision, {
      reference,
      event: held.type,
      policyDigest: decision.digest,
      fields: shown.fields,
      legalBases: [...shown.legalBases],
      ...(emergency && IN_EMERGENCY),
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

/** Of the record of a reading, as `openUntil`'s readers have it. */
const IN_EMERGENCY = { reason: 'break-glass' } as const;
const NONE: ReadonlySet<string> = new Set();

const noSuchCase = () => new AppError('case-not-found', 'Your unit has no such case.');
