import {
  AgencyPolicy,
  CLOCK,
  decidedFields,
  type ExportedRecords,
  type ExportSource,
} from '@liaison/casework';
import { PLACEMENT_OFFERED } from '@liaison/contracts';
import type { Clock } from '@liaison/kernel';
import { auditFields } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ofAgeView } from './of-age.dto';
import { RequestRow } from './placement-request.entity';
import { PLACEMENT_PURPOSE } from './offering';
import { itemOf, offerView } from './placement-request.reader';
import { documentOf, withOffers } from './stored-request';

type Found = Parameters<ExportSource['read']>[2];

/** The searches for a place for the child of a case, and whom they asked. Where a place is stands in no export: paper goes further (R23). */
@Injectable()
export class PlacementExport implements ExportSource {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
  ) {}

  async read(
    manager: EntityManager,
    { unit, roles }: Identity,
    { id: caseId }: Found,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const at = this.clock.now();
    const rows = await manager.find(RequestRow, {
      where: { caseId, unit },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const held = { type: PLACEMENT_OFFERED, purpose: PLACEMENT_PURPOSE, facts: {} };
    const items: object[] = [];
    const fields: ExportedRecords['fields'][number][] = [];
    const legalBases: string[] = [];
    for (const row of rows) {
      const seen = this.policy.read({ ...held, data: documentOf(row.needs) }, roles, at);
      if (!seen) continue;
      const { offers } = await withOffers(manager, row);
      const asked = offers.map((offer) => {
        const { address: _, withheld: __, ...shown } = offerView(offer, null);
        return shown;
      });
      const { data: content, withheld } = seen;
      items.push({ ...itemOf(row), content, withheld, offers: asked, ofAge: ofAgeView(row) });
      fields.push(...auditFields(decidedFields(seen.decision)));
      legalBases.push(...seen.decision.legalBases);
    }
    return [{ kind: 'placementRequests', items, fields, legalBases }];
  }
}
