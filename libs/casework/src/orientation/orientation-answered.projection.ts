import { ORIENTATION_ANSWERED, type OrientationAnsweredV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { DeliveryContext, LiaisonEvent, type ReceivedEvent } from '@liaison/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { AskedOrientationRow } from './orientation-asked.entity';

/** What the coordination says became of a request of this agency. */
@Controller()
export class OrientationAnsweredProjection {
  /** @throws AppError `orientation-unknown`: the event is parked */
  @LiaisonEvent(ORIENTATION_ANSWERED)
  async onAnswered(
    @Payload() events: ReceivedEvent<Partial<OrientationAnsweredV1>>[],
    @Ctx() { manager }: DeliveryContext,
  ): Promise<void> {
    for (const { sender, envelope, data, receivedAt } of events) {
      // By the sender's own reference, so that nobody answers in another's place.
      const [known] = await manager.query<{ case_id: string }[]>(
        'SELECT case_id FROM messaging.case_reference WHERE peer = $1 AND reference = $2',
        [sender, envelope.subject],
      );
      const row =
        known &&
        (await manager.findOne(AskedOrientationRow, {
          where: { id: known.case_id, coordination: sender },
          lock: { mode: 'pessimistic_write' },
        }));
      if (!row) throw new AppError('orientation-unknown', 'It answers what this agency has not asked.');
      // An answer that crossed the withdrawal of the consent changes nothing.
      if (row.state === 'withdrawn') continue;
      await manager.update(AskedOrientationRow, row.id, {
        state: data.step === 'closed' ? 'closed' : 'answered',
        version: row.version + 1,
        step: data.step ?? null,
        outcome: data.outcome ?? null,
        answeredAt: data.answeredAt === undefined ? receivedAt : new Date(data.answeredAt),
      });
    }
  }
}
