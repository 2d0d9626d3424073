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
import { PROPOSAL_SHARED_TABLES } from './adult-proposal/adult-proposal-sources';
import { ProposalConsentEnded } from './adult-proposal/proposal-consent-ended';
import { ConsentEnded } from './orientation/consent-ended';
import { ORIENTATION_SHARED_TABLES } from './orientation/orientation-sources';

/**
 * What others shared with an association: notices, what they answered, that a child is gone, whom it is to orient or to
 * shelter. No duty of its own
 * rests on that.
 */
@Injectable()
export class AssociationSharedContent extends SharedTables {
  protected readonly tables = [
    receivedNoticeTable(),
    ...PARTNER_ANSWER_SHARED_TABLES,
    ...FLIGHT_SHARED_TABLES,
    ...ORIENTATION_SHARED_TABLES,
    ...PROPOSAL_SHARED_TABLES,
  ];

  constructor(
    @Inject(AGENCY) agency: Agency,
    private readonly modules: ModuleRef,
  ) {
    super(agency);
  }

  /** With what was made of it: whoever no longer consents is looked a place for no more, and the bed is free for others. */
  override async purge(
    manager: EntityManager,
    sender: string,
    events: readonly string[],
    why: Purging,
  ): Promise<void> {
    if (why.fields || why.reason !== 'revoked') return super.purge(manager, sender, events, why);
    const proposals = this.modules.get(ProposalConsentEnded, { strict: false });
    const locked = await proposals.lock(manager, sender, events);
    await super.purge(manager, sender, events, why);
    await proposals.free(manager, locked);
    await this.modules.get(ConsentEnded, { strict: false }).of(manager, sender, events);
  }

  protected lockCases(): Promise<void> {
    return Promise.resolve();
  }
}
