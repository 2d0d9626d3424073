import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import { type ChangeRequest, Changing } from './changing';
import { IssuedCases } from './issued-case';
import { PURPOSE } from './issuing';
import { decide, type RecordedConsent } from './notice';

export interface RecordConsent extends ChangeRequest, RecordedConsent {}

/**
 * What the person agreed to, or no longer does, for one kind of recipient and the purpose of notices (R11). What has not
 * left is decided again; for what has, see `Changing`.
 */
@Injectable()
export class RecordConsentHandler {
  constructor(
    private readonly changing: Changing,
    private readonly cases: IssuedCases,
  ) {}

  /** @throws AppError what `Changing.change` throws */
  record(identity: Identity, { to, value, ...request }: RecordConsent) {
    const route = 'POST /v1/notices/:id/consent';
    return this.changing.change(identity, route, request, { to, value }, async ({ manager, open }) => {
      const event = decide(open.notice, { type: 'record-consent', to, value });
      const others = (open.facts.consents ?? []).filter((each) => each.to !== to || each.purpose !== PURPOSE);
      const consents = [...others, { to, purpose: PURPOSE, value }];
      await this.cases.changeFacts(manager, open.caseId, open.facts, { ...open.facts, consents });
      const recipients = open.notice.recipients.filter(
        (id) => this.cases.directory.findAgency(id)?.kind === to,
      );
      // Sealed under the earlier answer, and not gone yet. What may still go is sealed anew by whoever amends.
      const taken =
        value === 'given'
          ? undefined
          : await this.cases.cancelUnsent(manager, open.caseId, 'consent', recipients);
      return {
        event,
        reason: value,
        told: [],
        lanes: taken?.lanes ?? [],
        answer: ({ state, version }) => ({ id: open.id, state, version }),
      };
    });
  }
}
