import { AGENCY, AgencyPolicy, type CaseFacts, DIRECTORY, type Disclosure } from '@liaison/casework';
import { NOTICE_ISSUED } from '@liaison/contracts';
import type { Agency, Directory } from '@liaison/kernel';
import {
  currentTraceparent,
  type OpenedCase,
  Outbox,
  type PlannedEvents,
  type Recipient,
  type RecordedEvent,
  type Sql,
} from '@liaison/messaging';
import { currentCorrelationId, type Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import { factsOf, withContacts } from './facts';
import type { CompleteDraft } from './notice';
import { byPurpose, purposeTo } from './purpose';
import { type NamedRecipient, recipientsOf } from './recipients';

/** A recipient with what would be decided now. */
export interface PlannedRecipient {
  readonly recipient: Recipient;
  readonly disclosure: Disclosure;
}

/** A document with the facts that a decision about it rests on. */
export interface ProvisionalEvent {
  readonly type: string;
  readonly document: unknown;
  readonly facts: CaseFacts;
}

export interface IssuePlan {
  readonly draft: CompleteDraft;
  readonly facts: CaseFacts;
  readonly recipients: readonly PlannedRecipient[];
}

export type Opening = OpenedCase;

/** What writing, previewing and issuing have in common. */
@Injectable()
export class Issuing {
  constructor(
    @Inject(AGENCY) readonly agency: Agency,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
  ) {}

  /** Asks nothing but the directory and the conventions. @param agreed what the person has said of telling others @throws AppError: see `recipientsOf` */
  plan(
    draft: CompleteDraft,
    named: readonly NamedRecipient[] | null | undefined,
    at: Date,
    agreed: Pick<CaseFacts, 'consents'> = {},
  ): IssuePlan {
    const { departement } = draft.content.procedure;
    const recipients = recipientsOf(this.directory, this.agency, departement, named);
    const facts = withContacts(factsOf(draft, agreed), recipients);
    const event = { type: NOTICE_ISSUED, document: draft.content, facts };
    return { draft, facts, recipients: this.disclosures(event, recipients, at) };
  }

  /** As `plan`, of a document that the caller may see in part only, and of facts that are stored. */
  preview(
    event: ProvisionalEvent,
    named: readonly NamedRecipient[] | null | undefined,
    at: Date,
  ): readonly PlannedRecipient[] {
    const recipients = recipientsOf(this.directory, this.agency, event.facts.departement ?? '', named);
    const facts = withContacts(event.facts, recipients);
    return this.disclosures({ ...event, facts }, recipients, at);
  }

  /** What is to be recorded of an issued notice: its case, and its document for each purpose with one intent a recipient. */
  opening(
    identity: Identity,
    { draft, facts, recipients }: IssuePlan,
    { caseId, at }: { readonly caseId: string; readonly at: Date },
  ): Opening {
    const event = {
      type: NOTICE_ISSUED,
      document: draft.content,
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt: at,
    };
    const [first, ...others] = byPurpose(recipients.map(({ recipient }) => recipient));
    if (!first) throw new TypeError('a notice is issued to somebody');
    return {
      opened: { id: caseId, unit: identity.unit, facts: { ...facts } },
      event: { ...event, ...first },
      also: others.map((other) => ({ ...event, ...other })),
    };
  }

  /** What `record` will have recorded, before it is written. */
  planned(openings: readonly Opening[]): Promise<PlannedEvents> {
    return this.outbox.planCases(openings);
  }

  /** All of them in one statement of the caller's transaction. */
  record(sql: Sql, openings: readonly Opening[]): Promise<readonly RecordedEvent[]> {
    return this.outbox.openCases(sql, openings);
  }

  /** What would be decided now, of each. */
  disclosures(event: ProvisionalEvent, recipients: readonly Recipient[], at: Date): PlannedRecipient[] {
    return recipients.map((recipient) => ({
      recipient,
      disclosure: this.policy.preview(
        { ...event, purpose: purposeTo(recipient.agency) },
        recipient.agency,
        at,
      ),
    }));
  }
}

/** A plain object: it is kept under the idempotency key, and names nobody. */
export function provisionalDecision({ recipient, disclosure: { decision } }: PlannedRecipient) {
  const { allowed, denial, convention } = decision;
  return {
    recipient: recipient.agency.id,
    unit: recipient.unit ?? null,
    allowed,
    denial: denial ? { code: denial.code, rules: denial.rules, articles: denial.articles } : null,
    convention: convention ? `${convention.id}@${convention.version}` : null,
  };
}
