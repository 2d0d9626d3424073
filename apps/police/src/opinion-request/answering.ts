import { DIRECTORY } from '@liaison/casework';
import { type NoticeIssuedV2, OPINION_ANSWERED, type OpinionAnsweredV1 } from '@liaison/contracts';
import { AppError, type Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox, type RecordedEvent } from '@liaison/messaging';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { PURPOSE } from '../notice/purpose';
import { decide, evolve, type OpinionCommand } from './opinion-request';
import { OpinionRequestRow } from './opinion-request.entity';
import { getOpinion, lockOpinion, stateOf } from './stored-opinion';

type Answer = Extract<OpinionCommand, { type: 'answer' | 'refuse' }> & { readonly explanation?: string };

/** Answers to requests for an opinion, inside the T1 of whatever answers them. */
@Injectable()
export class AnsweringOpinions {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly outbox: Outbox,
  ) {}

  /**
   * The request that a notice says it answers is answered with it; a later version of the same notice changes nothing.
   * @returns lanes to wake
   * @throws AppError `opinion-request-unknown`, `opinion-answered`, `opinion-withdrawn`, `sender-unknown`
   */
  async answerWith(
    manager: EntityManager,
    identity: Identity,
    noticeId: string,
    { procedure }: NoticeIssuedV2,
    at: Date,
  ): Promise<readonly number[]> {
    const { opinionRequest: request } = procedure;
    if (request === undefined) return [];
    const found = await getOpinion(manager, identity, { request }).catch((error: unknown) => {
      throw error instanceof AppError ? unknownRequest() : error;
    });
    const row = await lockOpinion(manager, found);
    if (row.noticeId === noticeId) return [];
    const { lanes } = await this.answer(manager, identity, row, { type: 'answer', noticeId }, at);
    return lanes;
  }

  /** @param row locked. @throws AppError `opinion-answered`, `opinion-withdrawn`, `sender-unknown` */
  async answer(
    manager: EntityManager,
    identity: Identity,
    row: OpinionRequestRow,
    { explanation, ...command }: Answer,
    at: Date,
  ): Promise<{ version: number; lanes: readonly number[]; recorded: RecordedEvent }> {
    const { state, version } = evolve(stateOf(row), decide(stateOf(row), command));
    const agency = this.directory.findAgency(row.agency);
    if (!agency) {
      throw new AppError('sender-unknown', 'The directory no longer knows who asked: tell the operators.');
    }
    const refusal = command.type === 'refuse' ? command.reason : null;
    await manager.update(OpinionRequestRow, row.id, {
      state,
      version,
      answeredAt: at,
      answeredBy: identity.pseudonym,
      noticeId: command.type === 'answer' ? command.noticeId : null,
      reason: refusal,
    });
    const document: OpinionAnsweredV1 = {
      request: row.request,
      outcome: refusal ? 'refused' : 'notice',
      ...(refusal && { reason: refusal }),
      ...(explanation !== undefined && { explanation }),
      answeredAt: at.toISOString(),
    };
    const recorded = await this.outbox.append(manager, row.caseId, {
      type: OPINION_ANSWERED,
      document,
      purpose: PURPOSE,
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      causationId: row.eventId,
      decidedAt: at,
      recipients: [{ agency }],
    });
    return { version, lanes: recorded.lanes, recorded };
  }
}

const unknownRequest = () =>
  new AppError(
    'opinion-request-unknown',
    'Your unit has not been asked this opinion: correct procedure.opinionRequest, or leave it out.',
  );
