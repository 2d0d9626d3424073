import { AppError, type Clock } from '@liaison/kernel';
import { type AuditEntry, auditFields, AuditTrail, currentTraceparent } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import { AgencyPolicy } from '../policy/agency-policy';
import { decidedFields } from '../policy/decided-fields';
import { CASE_REGISTER, type CaseRegister, type HeldCase } from './case-register';

/** A case that the reader may know of, with what the engine said. */
export interface ReadableCase extends HeldCase {
  readonly decision: Decision;
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
    const found = await this.register.findCase(manager, identity, id);
    const answer = found && this.policy.read({ ...found.held, data: {} }, identity.roles, this.clock.now());
    if (!answer) throw noSuchCase();
    return { ...found, decision: answer.decision };
  }

  /**
   * In the transaction that reads.
   * @param own names of what was shown of the agency's own records, instead of the document's fields
   */
  async recordReading(
    manager: EntityManager,
    identity: Identity,
    { reference, held, decision }: ReadableCase,
    own?: readonly string[],
  ): Promise<void> {
    const { convention, agency } = held.provenance ?? {};
    const entry: AuditEntry = {
      kind: 'read',
      at: this.clock.now().toISOString(),
      unit: identity.unit,
      agent: identity.pseudonym,
      purpose: held.purpose,
      legalBases: [...decision.legalBases],
      reference,
      fields: own
        ? [{ paths: [...own], treatment: 'release', rules: ['own-record'] }]
        : auditFields(decidedFields(decision)),
      ...(!own && {
        event: held.type,
        policyDigest: decision.digest,
        ...(convention !== undefined && { convention }),
        ...(agency !== undefined && { counterpart: agency }),
      }),
    };
    await this.audit.append(manager, [this.audit.prepare(entry, currentTraceparent())]);
  }
}

const noSuchCase = () => new AppError('case-not-found', 'Your unit has no such case.');
