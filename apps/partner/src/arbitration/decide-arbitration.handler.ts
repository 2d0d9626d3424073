import { Acts, CLOCK, DIRECTORY, lockCase } from '@liaison/casework';
import { COMPETENCE_DECIDED, type CompetenceDecidedV1 } from '@liaison/contracts';
import { AppError, type Clock, type Directory } from '@liaison/kernel';
import { currentTraceparent, Outbox } from '@liaison/messaging';
import { type ArbitrationCommand, decideArbitration, evolveArbitration } from '@liaison/placement';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ArbitrationRow } from './arbitration.entity';
import { arbitrationColumns, arbitrationOf, getArbitration } from './stored-arbitration';

/** Which conflict, as whoever decides has seen it. */
export interface OfArbitration {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

type Answer = Extract<ArbitrationCommand, { readonly type: 'decide' | 'leave-undecided' }>;

/** T1 of an answer to whoever asked: it stands here and is on its way, or neither. */
@Injectable()
export class DecideArbitrationHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError `arbitration-*`, `competence-third`, `sender-unknown`, `precondition-*`, or what `runOnce` throws */
  decide(identity: Identity, { departement, ...of }: OfArbitration & { readonly departement: string }) {
    return this.answer(identity, 'decide', of, { type: 'decide', departement });
  }

  /** @throws AppError `arbitration-*`, `sender-unknown`, `precondition-*`, or what `runOnce` throws */
  leaveUndecided(identity: Identity, of: OfArbitration) {
    return this.answer(identity, 'leave-undecided', of, { type: 'leave-undecided' });
  }

  private answer(
    identity: Identity,
    verb: string,
    { id, ifMatch, idempotencyKey }: OfArbitration,
    command: Answer,
  ) {
    const route = `POST /v1/competence-arbitrations/:id/${verb}`;
    return this.acts.run(
      identity,
      { route, idempotencyKey, request: { id, ...command } },
      async (manager) => {
        await lockCase(manager, (await getArbitration(manager, identity, id)).caseId);
        const row = await getArbitration(manager, identity, id, 'pessimistic_write');
        requireIfMatch(ifMatch, row.version);
        const at = this.clock.now();
        const before = arbitrationOf(row);
        const after = evolveArbitration(before, decideArbitration(before, command));
        const sender = this.directory.findAgency(row.sender);
        if (!sender) {
          throw new AppError(
            'sender-unknown',
            'The directory no longer knows the sender: tell the operators.',
          );
        }
        const document: CompetenceDecidedV1 = {
          conflict: row.conflict,
          ...(command.type === 'decide'
            ? { outcome: 'competent', departement: command.departement, by: row.level }
            : { outcome: 'undecided' }),
          decidedAt: at.toISOString(),
        };
        const { lanes } = await this.outbox.append(manager, row.caseId, {
          type: COMPETENCE_DECIDED,
          document,
          purpose: row.purpose,
          unit: identity.unit,
          agent: identity.pseudonym,
          correlationId: currentCorrelationId(),
          traceparent: currentTraceparent(),
          causationId: row.eventId,
          decidedAt: at,
          recipients: [{ agency: sender }],
        });
        const { state, version, competent } = arbitrationColumns(after);
        await manager.update(ArbitrationRow, id, {
          state,
          version,
          competent,
          answeredAt: at,
          answeredBy: identity.pseudonym,
        });
        return { status: 202, lanes, body: { id, state, version, departement: competent } };
      },
    );
  }
}
