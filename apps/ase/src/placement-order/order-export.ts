import { type AgencyPolicy, decidedFields, type ExportedRecords, type ExportSource } from '@liaison/casework';
import type { Clock } from '@liaison/kernel';
import { auditFields } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { type EntityManager, In } from 'typeorm';
import { RequestRow } from '../placement-request/placement-request.entity';
import { JudgeOrderRow } from './judge-order.entity';
import { itemOf } from './judge-order.reader';
import { heldOrder } from './stored-judge-order';

/** Orders of judges that the placement of the child of a case obeys. */
export class OrderExport implements ExportSource {
  constructor(
    private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
  ) {}

  async read(
    manager: EntityManager,
    { unit, roles }: Identity,
    { id: caseId }: Parameters<ExportSource['read']>[2],
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const requests = await manager.find(RequestRow, { where: { caseId, unit }, select: { id: true } });
    if (requests.length === 0) return [];
    const orders = await manager.find(JudgeOrderRow, {
      where: { requestId: In(requests.map(({ id }) => id)), unit },
      order: { receivedAt: 'ASC', id: 'ASC' },
      take: limit + 1,
    });
    const at = this.clock.now();
    const shown = orders.flatMap((order) => {
      const seen = this.policy.read({ ...heldOrder(order), data: order.content }, roles, at);
      return seen ? [{ order, seen }] : [];
    });
    if (shown.length === 0) return [];
    return [
      {
        kind: 'placementOrders',
        items: shown.map(({ order, seen }) => ({
          ...itemOf(order),
          content: seen.data,
          withheld: seen.withheld,
        })),
        fields: shown.flatMap(({ seen }) => auditFields(decidedFields(seen.decision))),
        legalBases: shown.flatMap(({ seen }) => seen.decision.legalBases),
      },
    ];
  }
}
