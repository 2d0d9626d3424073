import { PARTNER_ANSWERED, type PartnerChoice } from '@liaison/contracts';
import { AppError, type Agency, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { AGENCY, CLOCK, DIRECTORY } from '../agency/tokens';
import { CASE_REGISTER, type CaseRegister } from '../cases/case-register';
import { Cases } from '../cases/cases';
import { AgencyPolicy } from '../policy/agency-policy';
import { choicesOf, decideAnswer } from './partner-answer';
import { GivenAnswerRow } from './partner-answer.entity';
import { PartnerConfig } from './partner-config';

/** Roles in which an agency answers. */
const ANSWERING = ['caseworker', 'supervisor'] as const;

export interface AnswerCase {
  /** The case. */
  readonly id: string;
  readonly choice: PartnerChoice;
  readonly text?: string;
  readonly idempotencyKey: string;
}

/** T1 of an answer: it stands here and is on its way to whoever brought the case, or neither. */
@Injectable()
export class GiveAnswerHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CASE_REGISTER) private readonly register: CaseRegister,
    private readonly config: PartnerConfig,
    private readonly cases: Cases,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
  ) {}

  choices(): readonly PartnerChoice[] {
    return choicesOf(this.agency.kind, this.config.answerChoices);
  }

  /** @throws AppError `case-not-found`, `sender-unknown`, or what `decideAnswer` and `runOnce` throw */
  answer(identity: Identity, { id, choice, text, idempotencyKey }: AnswerCase) {
    const route = 'POST /v1/cases/:id/answers';
    const request = { id, choice, text };
    return this.acts.run(identity, { route, idempotencyKey, request }, async (manager) => {
      const found = await this.cases.get(manager, identity, id);
      const at = this.clock.now();
      const { unit, roles, pseudonym } = identity;
      const given = { choice, at, unit, roles, ...(text !== undefined && { text }) };
      const offered = { choices: this.choices(), answering: ANSWERING };
      const { to, causationId, answer } = decideAnswer(found, given, offered);
      const asker = this.directory.findAgency(to);
      if (!asker) {
        throw new AppError('sender-unknown', 'The directory no longer knows the sender: tell the operators.');
      }
      const { purpose } = found.held;
      const deliveredCase = (await this.register.findDelivery?.(manager, identity, id)) ?? id;
      const recorded = await this.outbox.append(manager, deliveredCase, {
        type: PARTNER_ANSWERED,
        document: answer,
        purpose,
        unit,
        agent: pseudonym,
        correlationId: currentCorrelationId(),
        traceparent: currentTraceparent(),
        causationId,
        decidedAt: at,
        recipients: [{ agency: asker }],
      });
      const answerId = uuidv7();
      await manager.insert(GivenAnswerRow, {
        id: answerId,
        caseId: id,
        unit,
        author: pseudonym,
        agency: to,
        answeredAt: at,
        deliveredCase,
        caseVersion: recorded.version,
      });
      // Of the case itself nothing decides about an answer: dispatch says what of it leaves.
      const { decision, projection } = this.policy.preview(
        { type: PARTNER_ANSWERED, document: answer, purpose, facts: found.held.facts },
        asker,
        at,
      );
      return {
        status: 202,
        lanes: recorded.lanes,
        body: {
          id: answerId,
          caseId: id,
          agency: to,
          answeredAt: answer.answeredAt,
          allowed: decision.allowed,
          denial: decision.denial?.code ?? null,
          withheld: [...(projection?.withheld ?? [])],
        },
      };
    });
  }
}
