import type { Identity } from '@liaison/platform';
import { currentCorrelationId } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Revocations } from '../after-sharing/revocations';
import type { CaseFacts, Consent } from '../policy/case-facts';

/** What follows in delivery from what a person says. */
@Injectable()
export class ConsentFacts {
  constructor(private readonly revocations: Revocations) {}

  /**
   * What waits no longer leaves, and whoever holds something on that ground is told what follows (R11). The caller's transaction.
   * @returns lanes to wake
   */
  async withdraw(
    manager: EntityManager,
    caseId: string,
    { to, purpose }: Pick<Consent, 'to' | 'purpose'>,
    by?: Pick<Identity, 'pseudonym'>,
  ): Promise<readonly number[]> {
    const [row] = await manager.query<{ facts: CaseFacts | null }[]>(
      'SELECT facts FROM messaging.cases WHERE id = $1 FOR NO KEY UPDATE',
      [caseId],
    );
    if (!row) return [];
    const consents = (row.facts?.consents ?? []).map((each) =>
      each.to === to && each.purpose === purpose ? { ...each, value: 'withdrawn' as const } : each,
    );
    await manager.query(
      'UPDATE messaging.cases SET facts = facts || $2, facts_version = facts_version + 1 WHERE id = $1',
      [caseId, JSON.stringify({ consents })],
    );
    return this.revocations.revokeEnded(manager, caseId, {
      ...(by && { agent: by.pseudonym, correlationId: currentCorrelationId() }),
    });
  }
}
