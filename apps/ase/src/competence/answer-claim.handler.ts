import { Acts, AgencyPolicy, CLOCK, DIRECTORY, lockCase } from '@liaison/casework';
import {
  COMPETENCE_ANSWERED,
  COMPETENCE_TAKEN_OVER,
  type CompetenceAnswer,
  type CompetenceAnsweredV1,
  type CompetenceGround,
  type CompetenceTakenOverV1,
} from '@liaison/contracts';
import { AppError, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { type ClaimCommand, decideClaim, evolveClaim } from '@liaison/placement';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { CASEWORKERS } from '../roles';
import { ClaimRow } from './competence.entity';
import { claimOf, getClaim } from './stored-competence';

export interface AnswerClaim {
  readonly id: string;
  readonly answer: CompetenceAnswer;
  readonly ground?: CompetenceGround;
  readonly account?: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

export type TakeOver = Pick<AnswerClaim, 'id' | 'ifMatch' | 'idempotencyKey'>;

interface Said {
  readonly type: string;
  readonly document: CompetenceAnsweredV1 | CompetenceTakenOverV1;
  readonly causationId: string;
}

/** T1 of what the département that is said to be competent does: answer, and take the child over. */
@Injectable()
export class AnswerClaimHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError `claim-*`, `ground-missing`, `sender-unknown`, `precondition-*`, or what `runOnce` throws */
  answer(identity: Identity, { answer, ground, account, ...of }: AnswerClaim) {
    if (answer === 'refused' && ground === undefined) {
      throw new AppError(
        'ground-missing',
        'A refusal says in ground what makes another département competent.',
      );
    }
    const request = { answer, ground, account };
    return this.said(identity, 'answer', of, request, { type: 'answer', answer }, (row, at) => ({
      type: COMPETENCE_ANSWERED,
      causationId: row.eventId,
      document: {
        conflict: row.conflict,
        answer,
        ...(answer === 'refused' && ground !== undefined && { ground }),
        ...(answer === 'refused' && account !== undefined && { account }),
        answeredAt: at.toISOString(),
      },
    }));
  }

  /** @throws AppError `claim-*`, `file-missing`, `sender-unknown`, `precondition-*`, or what `runOnce` throws */
  takeOver(identity: Identity, of: TakeOver) {
    return this.said(identity, 'take-over', of, {}, { type: 'take-over' }, (row, at) => ({
      type: COMPETENCE_TAKEN_OVER,
      causationId: row.fileEvent ?? row.eventId,
      document: {
        conflict: row.conflict,
        takenOverAt: at.toISOString(),
        role: CASEWORKERS.find((own) => identity.roles.includes(own)) ?? CASEWORKERS[0],
        unit: identity.unit,
      },
    }));
  }

  private said(
    identity: Identity,
    verb: string,
    { id, ifMatch, idempotencyKey }: TakeOver,
    request: object,
    command: ClaimCommand,
    saying: (row: ClaimRow, at: Date) => Said,
  ) {
    const route = `POST /v1/competence-claims/:id/${verb}`;
    return this.acts.run(
      identity,
      { route, idempotencyKey, request: { id, ...request } },
      async (manager) => {
        const found = await getClaim(manager, identity, id);
        await lockCase(manager, found.caseId);
        const row = await getClaim(manager, identity, id, 'pessimistic_write');
        requireIfMatch(ifMatch, row.version);
        const at = this.clock.now();
        const { state, version } = evolveClaim(claimOf(row), decideClaim(claimOf(row), command));
        const sender = this.directory.findAgency(row.sender);
        if (!sender) {
          throw new AppError(
            'sender-unknown',
            'The directory no longer knows the sender: tell the operators.',
          );
        }
        const { type, document, causationId } = saying(row, at);
        const recorded = await this.outbox.append(manager, row.caseId, {
          type,
          document,
          purpose: row.purpose,
          unit: identity.unit,
          agent: identity.pseudonym,
          correlationId: currentCorrelationId(),
          traceparent: currentTraceparent(),
          causationId,
          decidedAt: at,
          recipients: [{ agency: sender }],
        });
        await manager.update(ClaimRow, id, {
          state,
          version,
          ...(command.type === 'answer' ? { answeredAt: at } : { takenOverAt: at }),
        });
        const { decision } = this.policy.preview(
          { type, document, purpose: row.purpose, facts: {} },
          sender,
          at,
        );
        return {
          status: 202,
          lanes: recorded.lanes,
          body: { id, state, version, allowed: decision.allowed, denial: decision.denial?.code ?? null },
        };
      },
    );
  }
}
