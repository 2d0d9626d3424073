import { PERSON_LINKED } from '@liaison/contracts';
import type { Clock, Directory } from '@liaison/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Revoker } from '../after-sharing/revocations';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { ConsentInDelivery } from '../consent/consent-in-delivery';
import { withConsent } from '../consent/consent';
import { AgencyPolicy } from '../policy/agency-policy';
import type { CaseFacts, Consent } from '../policy/case-facts';

/** What this agency said of links on the person's consent ends with it, on whichever of the two cases they take it back. */
@Injectable()
export class LinksOnConsent {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly policy: AgencyPolicy,
    private readonly inDelivery: ConsentInDelivery,
  ) {}

  /**
   * The person does not agree, as they said on this case: what waits does not leave, and who was told is to destroy it. Whoever agrees
   * again links nothing by that: somebody says it anew. After `protectAnswers`, which whoever says something meanwhile waits for.
   * @returns lanes to wake
   */
  async ended(
    manager: EntityManager,
    caseId: string,
    consent: Consent,
    by: Revoker,
  ): Promise<readonly number[]> {
    const said = await manager.query<Said[]>(SAID, [caseId, consent.purpose]);
    const ended: Said[] = said.filter(
      ({ agency, facts }) =>
        this.directory.findAgency(agency)?.kind === consent.to && this.restsOn(agency, facts, consent),
    );
    if (ended.length === 0) return [];
    const deliveries = ended.map(({ delivery }) => delivery);
    await manager.query('UPDATE link.said SET stands = false WHERE delivery = ANY ($1::uuid[])', [
      deliveries,
    ]);
    const lanes: number[] = [];
    for (const { delivery, facts } of ended) {
      lanes.push(...(await this.inDelivery.follow(manager, { id: delivery, facts }, consent, by)));
    }
    return [...new Set(lanes)];
  }

  /** It would not be said without. */
  private restsOn(agency: string, facts: CaseFacts, consent: Consent): boolean {
    const recipient = this.directory.findAgency(agency);
    if (!recipient) return false;
    const event = { type: PERSON_LINKED, document: {}, purpose: consent.purpose };
    const allowed = (known: CaseFacts) =>
      this.policy.preview({ ...event, facts: known }, recipient, this.clock.now()).decision.allowed;
    return allowed(facts) !== allowed(withConsent(facts, consent));
  }
}

interface Said {
  readonly delivery: string;
  readonly agency: string;
  readonly facts: CaseFacts;
}

/** Of this agency's own, with their place in delivery, locked in one order. */
const SAID = `
SELECT s.delivery, l.agency, coalesce(c.facts, '{}') AS facts
  FROM link.said s
  JOIN link.person_link l ON l.id = s.link_id
  JOIN messaging.cases c ON c.id = s.delivery
 WHERE s.sender IS NULL AND s.says = 'same' AND s.stands AND s.purpose = $2
   AND (l.first_case = $1 OR l.second_case = $1)
 ORDER BY c.id FOR NO KEY UPDATE OF c`;
