import type { CaseDocument, CaseRegister, CaseVersion, HeldCase } from '@liaison/casework';
import type { Identity } from '@liaison/platform';
import { type EntityManager, In, IsNull, Not } from 'typeorm';
import { RequestRow } from '../placement-request/placement-request.entity';
import { JudgeOrderRow } from './judge-order.entity';
import { heldOrder } from './stored-judge-order';

/**
 * Orders are documents of the case of the child whose placement obeys them: found by the name that they say. They open no case, and are
 * found for themselves until they are obeyed.
 */
export class OrderCases implements CaseRegister {
  findCase(): Promise<HeldCase | undefined> {
    return Promise.resolve(undefined);
  }

  findDelivered(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async findDocuments(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    of: { readonly ids: readonly string[] } | { readonly newestOf: readonly string[] },
  ): Promise<readonly CaseDocument[]> {
    // Who a child is, its referral says: an order is no newer word on that.
    if (!('ids' in of)) return [];
    const orders = await manager.findBy(JudgeOrderRow, {
      id: In([...of.ids]),
      unit,
      state: Not('taken-back'),
      purgedAt: IsNull(),
    });
    const ids = orders.flatMap(({ requestId }) => requestId ?? []);
    const requests = await manager.findBy(RequestRow, { id: In(ids), unit });
    const caseOf = new Map(requests.map(({ id, caseId }) => [id, caseId]));
    return orders.flatMap((order) => {
      const { id, reference, content, requestId, deliveredCase } = order;
      const document = { id, reference, held: heldOrder(order), data: content };
      if (requestId === null) {
        return [{ ...document, caseId: deliveredCase, path: `/v1/placement-orders/${id}` }];
      }
      const caseId = caseOf.get(requestId);
      return caseId === undefined ? [] : [{ ...document, caseId }];
    });
  }

  findVersions(): Promise<readonly CaseVersion[]> {
    return Promise.resolve([]);
  }
}
