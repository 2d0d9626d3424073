import {
  AGENCY,
  AgencyPolicy,
  CLOCK,
  legalDay,
  readingRecord,
  type ReceivedNotice,
  requireReadableNotice,
} from '@liaison/casework';
import { AppError, type Agency, type Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Day } from './law/days';

/** The purpose of what the desk holds, as the conventions name it. */
export const PURPOSE = 'residence-of-victims';

/** A record as far as a reader may see it. */
export interface OpenedRecord<T> {
  readonly data: Partial<T>;
  /** Fields that the reader's roles may not see. */
  readonly withheld: readonly string[];
}

/** A record as the engine lets these roles see it; nothing where they may see nothing of it. */
export function readRecord<T extends object>(
  policy: AgencyPolicy,
  { roles }: Pick<Identity, 'roles'>,
  { type, data }: { readonly type: string; readonly data: T },
  at: Date,
): (OpenedRecord<T> & { readonly decision: Decision }) | undefined {
  const answer = policy.read({ type, data, purpose: PURPOSE, facts: {} }, roles, at);
  return answer && { data: answer.data as Partial<T>, withheld: answer.withheld, decision: answer.decision };
}

/** What the préfecture's own records have in common: their legal day, and that the policy says who reads them, with a record of it. */
@Injectable()
export class OwnRecords {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
  ) {}

  now(): Date {
    return this.clock.now();
  }

  /** Of the préfecture's own département. */
  today(): Day {
    return legalDay(this.clock.now(), this.agency.departement);
  }

  /** Nobody acts on a record of which their roles may read nothing. @throws AppError `record-withheld` */
  requireReadable(identity: Pick<Identity, 'roles'>, type: string): void {
    if (!readRecord(this.policy, identity, { type, data: {} }, this.clock.now())) throw recordWithheld();
  }

  /** Of a notice, what an act of the caller may rest on: what they may read. @throws AppError `notice-not-found` */
  readNotice(identity: Pick<Identity, 'roles'>, notice: ReceivedNotice): ReceivedNotice['content'] {
    return requireReadableNotice(
      this.policy,
      identity,
      notice,
      this.clock.now(),
    ) as ReceivedNotice['content'];
  }

  /**
   * As far as the caller's roles may read it, with the record of the reading in the transaction that reads.
   * @param record `type` is what conventions call it; `reference` finds it again; `articles` that it itself rests on
   * @throws AppError `record-withheld` where they may read nothing of it
   */
  async open<T extends object>(
    manager: EntityManager,
    identity: Identity,
    record: {
      readonly type: string;
      readonly reference: string;
      readonly data: T;
      readonly articles?: readonly string[];
    },
  ): Promise<OpenedRecord<T>> {
    const at = this.clock.now();
    const { reference, articles = [] } = record;
    const opened = readRecord(this.policy, identity, record, at);
    if (!opened) throw recordWithheld();
    const { data, withheld, decision } = opened;
    await this.audit.append(manager, [
      readingRecord(this.audit, identity, at, decision, {
        purpose: PURPOSE,
        reference,
        legalBases: [...new Set([...decision.legalBases, ...articles])],
      }),
    ]);
    return { data, withheld };
  }
}

export const recordWithheld = (): AppError =>
  new AppError('record-withheld', 'Your roles may not read this, or not all that this document shows.');

/** For what is shown whole or not at all. @throws AppError `record-withheld` */
export function requireWhole({ withheld }: Pick<OpenedRecord<object>, 'withheld'>): void {
  if (withheld.length > 0) throw recordWithheld();
}
