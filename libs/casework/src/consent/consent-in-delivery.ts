import type { Clock, Directory } from '@liaison/kernel';
import { Outbox } from '@liaison/messaging';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Revocations, type Revoker } from '../after-sharing/revocations';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { AgencyPolicy } from '../policy/agency-policy';
import type { CaseFacts, Consent } from '../policy/case-facts';
import { withConsent } from './consent';
import { type LockedDelivery, lockDelivery } from './consents-of-case';

/** What follows in delivery from what a person says. Every method runs in the caller's transaction, and returns lanes to wake. */
@Injectable()
export class ConsentInDelivery {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly revocations: Revocations,
  ) {}

  /**
   * What waits is decided again, what was frozen under the earlier answer and would not go as it is now is taken back, and who holds
   * something on a consent that has ended is told what follows (R11).
   */
  async follow(
    manager: EntityManager,
    { id, facts }: LockedDelivery,
    consent: Consent,
    by: Revoker = {},
  ): Promise<readonly number[]> {
    const now = withConsent(facts, consent);
    await manager.query(
      'UPDATE messaging.cases SET facts = $2, facts_version = facts_version + 1 WHERE id = $1',
      [id, JSON.stringify(now)],
    );
    const taken = await this.takeBack(manager, { id, facts }, now, consent.to);
    const told = await this.revocations.revokeEnded(manager, id, by);
    return [...new Set([...taken, ...told])];
  }

  /** The same of a consent that has ended, of a delivery that nobody has locked yet. */
  async withdraw(
    manager: EntityManager,
    delivery: string,
    { to, purpose }: Pick<Consent, 'to' | 'purpose'>,
    by?: Pick<Identity, 'pseudonym'>,
  ): Promise<readonly number[]> {
    const locked = await lockDelivery(manager, delivery);
    if (!locked) return [];
    const revoker = by && { agent: by.pseudonym, correlationId: currentCorrelationId() };
    return this.follow(manager, locked, { to, purpose, value: 'withdrawn' }, revoker);
  }

  /** Of what was sealed and has not gone: what would be decided otherwise now. What rests on another ground goes as it is. */
  private async takeBack(
    manager: EntityManager,
    { id, facts }: LockedDelivery,
    now: CaseFacts,
    kind: string,
  ): Promise<readonly number[]> {
    const unsent = await manager.query<Unsent[]>(UNSENT, [id]);
    const at = this.clock.now();
    const lanes: number[] = [];
    for (const { recipient, version, type, purpose } of unsent) {
      const agency = this.directory.findAgency(recipient);
      if (!agency || agency.kind !== kind) continue;
      const decided = (known: CaseFacts) =>
        outcomeOf(this.policy.preview({ type, document: {}, purpose, facts: known }, agency, at).decision);
      if (decided(facts) === decided(now)) continue;
      const taken = await this.outbox.voidDelivered(manager, id, {
        reason: 'consent',
        version,
        recipients: [recipient],
        unsentOnly: true,
      });
      lanes.push(...taken.lanes);
    }
    return lanes;
  }
}

interface Unsent {
  readonly recipient: string;
  readonly version: number;
  readonly type: string;
  readonly purpose: string;
}

const outcomeOf = ({ allowed, fields }: Decision): string =>
  JSON.stringify([
    allowed,
    Object.entries(fields)
      .map(([path, { treatment, to }]) => [path, treatment, to ?? null])
      .sort(),
  ]);

const UNSENT = `
SELECT d.recipient, d.case_version AS version, e.type, e.purpose
  FROM messaging.delivery d
  JOIN messaging.event_document e ON e.case_id = d.case_id AND e.version = d.case_version
 WHERE d.case_id = $1 AND d.kind = 'event' AND d.state = 'frozen'
   AND d.position > (SELECT l.marked_position FROM messaging.lane l WHERE l.id = d.lane_id)`;
