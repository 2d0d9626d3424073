import { CLOCK } from '@liaison/casework';
import type { OpinionRefusalReason } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { Dispatcher } from '@liaison/messaging';
import {
  digestOfRequest,
  idempotencyScope,
  type Identity,
  requireIfMatch,
  runOnce,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { AnsweringOpinions } from './answering';
import { getOpinion, lockOpinion } from './stored-opinion';

export interface RefuseOpinion {
  readonly id: string;
  readonly reason: OpinionRefusalReason;
  readonly explanation?: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** T1 of an opinion that is not given: whoever asked learns why. */
@Injectable()
export class RefuseOpinionHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly answering: AnsweringOpinions,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** @throws AppError `opinion-not-found`, `precondition-*`, or what `AnsweringOpinions.answer` and `runOnce` throw */
  async refuse(identity: Identity, { id, ifMatch, idempotencyKey, ...refusal }: RefuseOpinion) {
    const once = {
      key: idempotencyKey,
      scope: idempotencyScope(identity, 'POST /v1/opinion-requests/:id/refuse'),
      requestDigest: digestOfRequest({ id, ifMatch, ...refusal }),
    };
    let woken: readonly number[] = [];
    const { body } = await serveTransaction(this.database, identity, (manager) =>
      runOnce(manager, once, async () => {
        const row = await lockOpinion(manager, await getOpinion(manager, identity, { id }));
        requireIfMatch(ifMatch, row.version);
        const command = { type: 'refuse' as const, ...refusal };
        const { version, lanes, recorded } = await this.answering.answer(
          manager,
          identity,
          row,
          command,
          this.clock.now(),
        );
        woken = lanes;
        const eventId = recorded.intents[0]?.eventId ?? null;
        return { status: 202, body: { id, state: 'refused' as const, version, eventId } };
      }),
    );
    this.dispatcher.wake(woken);
    return body;
  }
}
