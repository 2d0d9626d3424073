import { ConsentInDelivery, DIRECTORY } from '@liaison/casework';
import {
  ORIENTATION_ANSWERED,
  type OrientationAnsweredV1,
  type OrientationStep,
  PLACEMENT_WITHDRAWN,
} from '@liaison/contracts';
import type { Directory } from '@liaison/kernel';
import { type NewEvent, Outbox } from '@liaison/messaging';
import type { Orientation, OrientationEvent } from '@liaison/placement';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { type OrientationRow, ProposalRow } from './orientation.entity';

type Saying = Pick<NewEvent, 'unit' | 'agent' | 'correlationId' | 'traceparent' | 'decidedAt'>;

/** Who learns of what became of a request. Every method runs in the transaction that changed it. */
@Injectable()
export class OrientationTelling {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly outbox: Outbox,
    private readonly consents: ConsentInDelivery,
  ) {}

  /** Whoever asked, and a place that is no longer asked. @returns lanes to wake */
  async changed(
    manager: EntityManager,
    row: OrientationRow,
    {
      before,
      next,
      event,
    }: { readonly before: Orientation; readonly next: Orientation; readonly event: OrientationEvent },
    saying: Saying,
  ): Promise<readonly number[]> {
    const lanes: number[] = [];
    const step = stepOf(next, event);
    if (step) lanes.push(...(await this.answer(manager, row, step, next, saying)));
    for (const { id, state } of next.proposals) {
      const was = before.proposals.find((each) => each.id === id)?.state;
      const over = state === 'withdrawn' || (state === 'declined' && personDeclined(event));
      if (was === state || !over) continue;
      lanes.push(...(await this.takeBack(manager, id, saying)));
    }
    return lanes;
  }

  /** The person no longer consents: nobody is told more, and every place that was asked is told to destroy what it holds (R11). */
  async consentWithdrawn(
    manager: EntityManager,
    row: OrientationRow,
    proposals: readonly string[],
    { whole, by }: { readonly whole: boolean; readonly by?: Pick<Identity, 'pseudonym'> },
  ): Promise<readonly number[]> {
    const lanes: number[] = [];
    const { purpose } = row;
    const asked = await manager.findBy(ProposalRow, { id: In([...proposals]) });
    for (const { id, purpose: of } of asked) {
      lanes.push(...(await this.consents.withdraw(manager, id, { to: 'association', purpose: of }, by)));
    }
    if (whole)
      lanes.push(...(await this.consents.withdraw(manager, row.caseId, { to: row.senderKind, purpose }, by)));
    return lanes;
  }

  private async answer(
    manager: EntityManager,
    row: OrientationRow,
    step: OrientationStep,
    { closed }: Orientation,
    saying: Saying,
  ): Promise<readonly number[]> {
    const asker = this.directory.findAgency(row.sender);
    if (!asker) return [];
    const document: OrientationAnsweredV1 = {
      step,
      ...(step === 'closed' && closed && { outcome: closed.outcome }),
      answeredAt: saying.decidedAt.toISOString(),
    };
    const { lanes } = await this.outbox.append(manager, row.caseId, {
      ...saying,
      type: ORIENTATION_ANSWERED,
      document,
      purpose: row.purpose,
      causationId: row.eventId,
      recipients: [{ agency: asker }],
    });
    return lanes;
  }

  private async takeBack(manager: EntityManager, id: string, saying: Saying): Promise<readonly number[]> {
    const proposal = await manager.findOneBy(ProposalRow, { id });
    const shelter = proposal && this.directory.findAgency(proposal.shelter);
    if (!shelter) return [];
    const { lanes } = await this.outbox.append(manager, id, {
      ...saying,
      type: PLACEMENT_WITHDRAWN,
      document: { withdrawnAt: saying.decidedAt.toISOString() },
      purpose: proposal.purpose,
      recipients: [{ agency: shelter }],
    });
    return lanes;
  }
}

const personDeclined = (event: OrientationEvent): boolean =>
  event.type === 'answered' && event.declined === 'person';

function stepOf(next: Orientation, event: OrientationEvent): OrientationStep | undefined {
  if (event.type === 'evaluated') return 'evaluated';
  if (event.type === 'admitted') return 'supported';
  if (event.type === 'closed') return 'closed';
  return event.type === 'answered' && next.state === 'accepted' ? 'place-found' : undefined;
}
