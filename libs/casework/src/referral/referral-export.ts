import type { Clock } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK } from '../agency/tokens';
import type { ReadableCase } from '../cases/cases';
import { type ExportedRecords, type ExportSource, ownFields } from '../export/export-source';
import { toldView } from './referral.reader';
import { toldOf } from './told-agencies';

/** What a service holds of a referral beside its words: who was told, and what became of it. */
@Injectable()
export class ReferralExport implements ExportSource {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  async read(
    manager: EntityManager,
    _identity: Identity,
    { id }: ReadableCase,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const told = await toldOf(manager, id);
    const at = this.clock.now();
    const items = told.slice(0, limit + 1).map((each) => toldView(each, at));
    return [{ kind: 'told', items, fields: [ownFields('told')], legalBases: [] }];
  }
}
