import { PARTNER_ANSWERED } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { AuditTrail } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In, Not } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import type { ReadableCase } from '../cases/cases';
import { ReceivedAnswerRow } from '../partner-answer/partner-answer.entity';
import { heldAnswer, MOST_ANSWERS } from '../partner-answer/partner-answer.reader';
import { readingRecord } from '../policy/act-records';
import { AgencyPolicy } from '../policy/agency-policy';
import { ReceivedSupport } from '../support/received-support';
import { ReceivedSupportRow } from '../support/support.entity';
import type { StepsSaid, StepSource } from './step-source';
import { stepOfAnswer, stepsOfSupport } from './steps';

/** What those to whom this agency brought the case answered: that a claim was lodged, that an enquiry is open. */
@Injectable()
export class AnsweredSteps implements StepSource {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly audit: AuditTrail,
  ) {}

  async read(
    manager: EntityManager,
    identity: Identity,
    { id: caseId }: ReadableCase,
  ): Promise<readonly StepsSaid[]> {
    const at = this.clock.now();
    const rows = await manager.find(ReceivedAnswerRow, {
      where: { caseId, unit: identity.unit, state: Not('voided') },
      order: { receivedAt: 'DESC', id: 'DESC' },
      take: MOST_ANSWERS,
    });
    return rows.flatMap((row) => {
      const seen = this.policy.read({ ...heldAnswer(row), data: row.content }, identity.roles, at);
      const steps = seen ? stepOfAnswer(seen.data as Parameters<typeof stepOfAnswer>[0]) : [];
      if (!seen || steps.length === 0) return [];
      const { purpose, reference, eventId, sender: agency, convention } = row;
      const record = readingRecord(this.audit, identity, at, seen.decision, {
        ...{ purpose, reference, eventId, convention },
        event: PARTNER_ANSWERED,
        counterpart: agency,
      });
      return [
        {
          from: 'partner-answer',
          id: row.id,
          agency,
          at: row.receivedAt,
          convention,
          steps,
          record,
        } as const,
      ];
    });
  }
}

/** What associations reported of the person, once somebody has said that it is this one. */
@Injectable()
export class ReportedSteps implements StepSource {
  constructor(private readonly reports: ReceivedSupport) {}

  async read(
    manager: EntityManager,
    identity: Identity,
    { id: linkedCase }: ReadableCase,
  ): Promise<readonly StepsSaid[]> {
    const rows = await manager.find(ReceivedSupportRow, {
      where: { linkedCase, unit: identity.unit, state: In(['new', 'noted']) },
      order: { receivedAt: 'DESC', id: 'DESC' },
    });
    return rows.flatMap((row) => {
      const seen = this.reports.open(identity, row);
      if (!seen) return [];
      const { id, sender: agency, receivedAt: at, convention } = row;
      const steps = stepsOfSupport(seen.data as Parameters<typeof stepsOfSupport>[0]);
      const record = this.reports.recordOf(identity, row, seen.decision);
      return [{ from: 'support-report', id, agency, at, convention, steps, record } as const];
    });
  }
}
