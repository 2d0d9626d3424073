import { AGENCY, CLOCK, Consents, legalDay, saidOn } from '@liaison/casework';
import type { Agency, Clock } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { type ChangeRequest, Changing } from './changing';
import { decide, type RecordedConsent } from './notice';
import { purposeTo } from './purpose';

export interface RecordConsent extends ChangeRequest, RecordedConsent {}

/**
 * What the person agreed to, or no longer does, for one kind of recipient and what that is told them for (R11), with a version of the
 * notice. It stands in the register of the case like any other: see `Consents`.
 */
@Injectable()
export class RecordConsentHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly changing: Changing,
    private readonly consents: Consents,
  ) {}

  /** @throws AppError what `Changing.change` throws */
  record(identity: Identity, { to, value, ...request }: RecordConsent) {
    const route = 'POST /v1/notices/:id/consent';
    return this.changing.change(identity, route, request, { to, value }, async ({ manager, open }) => {
      const event = decide(open.notice, { type: 'record-consent', to, value });
      const today = legalDay(this.clock.now(), this.agency.departement);
      const consent = saidOn({ to, purpose: purposeTo({ kind: to }), value }, today);
      await this.consents.note(manager, identity, open.id, consent);
      const { id, caseId, facts } = open;
      const held = { id, facts, delivery: { id: caseId, facts } };
      return {
        event,
        reason: value,
        told: [],
        lanes: await this.consents.follow(manager, identity, held, consent),
        answer: ({ state, version }) => ({ id: open.id, state, version }),
      };
    });
  }
}
