import {
  AGENCY,
  FLIGHT_SHARED_TABLES,
  PARTNER_ANSWER_SHARED_TABLES,
  type Purging,
  receivedNoticeTable,
  SharedTables,
} from '@liaison/casework';
import type { Agency } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import { ConsentEnded } from './orientation/consent-ended';
import { ORIENTATION_SHARED_TABLES } from './orientation/orientation-sources';

/**
 * What others shared with an association: notices, what they answered, that a child is gone, whom it is to orient. No duty of its own
 * rests on that.
 */
@Injectable()
export class AssociationSharedContent extends SharedTables {
  protected readonly tables = [
    receivedNoticeTable(),
    ...PARTNER_ANSWER_SHARED_TABLES,
    ...FLIGHT_SHARED_TABLES,
    ...ORIENTATION_SHARED_TABLES,
  ];

  constructor(
    @Inject(AGENCY) agency: Agency,
    private readonly modules: ModuleRef,
  ) {
    super(agency);
  }

  /** With what was made of it: whoever no longer consents is looked a place for no more. */
  override async purge(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    why: Purging,
  ): Promise<void> {
    await super.purge(manager, sender, events, why);
    if (why.fields || why.reason !== 'revoked') return;
    await this.modules.get(ConsentEnded, { strict: false }).of(manager, sender, events);
  }

  protected lockCases(): Promise<void> {
    return Promise.resolve();
  }
}
