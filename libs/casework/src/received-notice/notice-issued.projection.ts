import {
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  NOTICE_ISSUED_V1,
  NOTICE_RECALLED,
  NOTICE_SUPERSEDED,
  NOTICE_WITHDRAWN,
} from '@liaison/contracts';
import {
  casesOfSenders,
  DeliveryContext,
  jsonList,
  LiaisonEvent,
  LiaisonVoided,
  type Messaging,
  type VoidedEvent,
} from '@liaison/messaging';
import type { Directory } from '@liaison/kernel';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { v7 as uuidv7 } from 'uuid';
import { ShareOrders } from '../after-sharing/share-orders';
import { DIRECTORY, MESSAGING } from '../agency/tokens';
import { ATTACHMENT_UNIT } from '../attachments/attachment-unit';
import { AgencyPolicy } from '../policy/agency-policy';
import type { CaseFacts } from '../policy/case-facts';
import { storeSearchTerms } from '../search/search-terms';
import { acknowledgeBy, type AcknowledgingRole, evolve, type NoticeStanding } from './notice';
import { type IssuedNotice, NOTICE_DECIDERS, NOTICE_EFFECTS, type NoticeEffects } from './notice-effects';

/** What the check of the receipt let through becomes the desk's, a row an event. */
@Controller()
export class NoticeIssuedProjection {
  constructor(
    @Inject(MESSAGING) private readonly messaging: Messaging,
    @Inject(NOTICE_EFFECTS) private readonly effects: NoticeEffects,
    @Inject(NOTICE_DECIDERS) private readonly deciders: readonly AcknowledgingRole[],
    @Inject(ATTACHMENT_UNIT) private readonly unit: string,
    @Inject(DIRECTORY) private readonly directory: Directory,
    private readonly policy: AgencyPolicy,
    private readonly orders: ShareOrders,
  ) {}

  /** In the first version of its contract: what it has is read as it always was. */
  @LiaisonEvent(NOTICE_ISSUED_V1)
  onIssuedV1(@Payload() events: IssuedNotice[], @Ctx() context: DeliveryContext): Promise<void> {
    return this.onIssued(events, context);
  }

  /** A new version is a row of its own: the first that a recipient hears of a case may be any. */
  @LiaisonEvent(NOTICE_AMENDED)
  onAmended(@Payload() events: IssuedNotice[], @Ctx() context: DeliveryContext): Promise<void> {
    return this.onIssued(events, context);
  }

  @LiaisonEvent(NOTICE_ISSUED)
  async onIssued(@Payload() events: IssuedNotice[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    const cases = await casesOfSenders(manager, events, {
      epoch: this.messaging.epoch,
      unit: this.unit,
      newId: uuidv7,
      factsOf: (event) => ({ ...this.knownFrom(event as IssuedNotice) }),
    });
    const column = <T>(pick: (event: IssuedNotice) => T) => events.map(pick);
    const first = (event: IssuedNotice) =>
      evolve(undefined, { type: 'received', recipientVersion: event.envelope.recipientversion ?? 1 });
    const searched = events.map((event) => ({
      id: uuidv7(),
      caseId: cases.get(`${event.sender}/${event.envelope.subject}`) ?? '',
      unit: event.envelope.recipientunit ?? this.unit,
      content: isRecalled(event) ? {} : event.data,
    }));
    const inserted = manager.query(INSERT, [
      searched.map(({ id }) => id),
      searched.map(({ caseId }) => caseId),
      column(({ sender }) => sender),
      column(({ envelope }) => envelope.subject),
      column(({ envelope }) => envelope.id),
      column((event) => first(event).recipientVersion),
      searched.map(({ unit }) => unit),
      column(({ receivedAt }) => receivedAt),
      column(({ envelope }) => envelope.purpose),
      column(({ provenance }) => provenance.convention),
      column(({ data }) => data.procedure?.departement ?? null),
      jsonList(searched.map(({ content }) => JSON.stringify(content))),
      jsonList(column((event) => JSON.stringify(isRecalled(event) ? [] : event.withheld))),
      jsonList(
        column((event) =>
          JSON.stringify(
            Object.fromEntries(
              isRecalled(event) ? [] : Object.keys(event.data).map((section) => [section, event.provenance]),
            ),
          ),
        ),
      ),
      column((event) => this.dueDate(event) ?? null),
      column((event) => (isRecalled(event) ? 'voided' : first(event).state)),
      column((event) => first(event).version),
      column(({ envelope }) => envelope.type),
      column(standingOf),
      column(({ keepUntil }) => keepUntil ?? null),
    ]);
    // What they are found by needs nothing of them: it travels with them.
    await Promise.all([inserted, storeSearchTerms(manager, searched)]);
    await this.effects.received(
      manager,
      events.filter((event) => !isRecalled(event)),
    );
    await this.orders.carryOutLate(manager, events);
  }

  @LiaisonVoided(NOTICE_ISSUED_V1)
  onVoidedV1(@Payload() events: VoidedEvent[], @Ctx() context: DeliveryContext): Promise<void> {
    return this.onVoided(events, context);
  }

  @LiaisonVoided(NOTICE_AMENDED)
  onAmendedVoided(@Payload() events: VoidedEvent[], @Ctx() context: DeliveryContext): Promise<void> {
    return this.onVoided(events, context);
  }

  /** Taken back by its sender: that there was a notice stays, its content goes, and what was made from it. */
  @LiaisonVoided(NOTICE_ISSUED)
  async onVoided(@Payload() events: VoidedEvent[], @Ctx() { manager }: DeliveryContext): Promise<void> {
    const [emptied] = await manager.query<[{ id: string }[], number]>(VOID, [
      events.map(({ sender }) => sender),
      events.map(({ eventId }) => eventId),
    ]);
    await this.effects.emptied(
      manager,
      emptied.map(({ id }) => id),
    );
  }

  /** What is known of the case from now on, also for what this agency says to whoever brought it. */
  private knownFrom(event: IssuedNotice): CaseFacts {
    const { sender, envelope, provenance } = event;
    const from = this.directory.findAgency(sender);
    if (!from) return factsOf(event);
    const { adult, consented } = this.policy.arrivedWith(envelope.type, provenance.convention, from);
    return {
      ...factsOf(event),
      ...(adult && { adult: true }),
      // Who agreed to be sent here agreed that it is acknowledged.
      ...(consented && {
        consents: [{ to: from.kind, purpose: envelope.purpose ?? '', value: 'given' as const }],
      }),
    };
  }

  /** The duty stands in the convention that the notice was released under. */
  private dueDate({ envelope, data, provenance, receivedAt, ...event }: IssuedNotice): Date | undefined {
    const answer = this.policy.read(
      {
        type: envelope.type,
        data: {},
        purpose: envelope.purpose ?? '',
        facts: factsOf({ data }),
        provenance,
        withheld: event.withheld,
      },
      this.deciders,
      receivedAt,
    );
    return answer && acknowledgeBy(receivedAt, answer.decision.obligations);
  }
}

/** Ends that came before it although they are later, from the one that leaves least. */
const ENDS = [
  [NOTICE_RECALLED, 'recalled'],
  [NOTICE_WITHDRAWN, 'withdrawn'],
  [NOTICE_SUPERSEDED, 'superseded'],
] as const;

function standingOf({ overtakenBy }: IssuedNotice): NoticeStanding {
  const end = ENDS.find(([type]) => overtakenBy.some((ahead) => ahead.type === type));
  return end?.[1] ?? 'current';
}

const isRecalled = (event: IssuedNotice): boolean => standingOf(event) === 'recalled';

const factsOf = ({ data }: Pick<IssuedNotice, 'data'>) =>
  data.procedure ? { departement: data.procedure.departement } : {};

const VOID = `
WITH forgotten AS (
  DELETE FROM desk.search_term s USING notice.received_notice n, unnest($1::text[], $2::uuid[]) AS w (sender, event_id)
   WHERE n.sender = w.sender AND n.event_id = w.event_id AND s.document = n.id
)
UPDATE notice.received_notice n
   SET state = 'voided', version = n.version + 1, content = '{}', withheld = '[]', provenance = '{}'
  FROM unnest($1::text[], $2::uuid[]) AS w (sender, event_id)
 WHERE n.sender = w.sender AND n.event_id = w.event_id AND n.state <> 'voided'
RETURNING n.id`;

const INSERT = `
INSERT INTO notice.received_notice
  (id, case_id, sender, reference, event_id, recipient_version, unit, received_at, purpose, convention, departement,
   content, withheld, provenance, acknowledge_by, state, version, type, standing, keep_until)
SELECT id, case_id, sender, reference, event_id, recipient_version, unit, received_at, purpose, convention, departement,
       content, withheld, provenance, acknowledge_by, state, version, type, standing, keep_until
  FROM ROWS FROM (
    unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::int[], $7::text[], $8::timestamptz[],
           $9::text[], $10::text[], $11::text[], $15::timestamptz[], $16::text[], $17::int[], $18::text[],
           $19::text[], $20::timestamptz[]),
    json_array_elements($12::json), json_array_elements($13::json), json_array_elements($14::json))
    AS n (id, case_id, sender, reference, event_id, recipient_version, unit, received_at, purpose, convention, departement,
          acknowledge_by, state, version, type, standing, keep_until, content, withheld, provenance)
ON CONFLICT (sender, event_id) DO NOTHING`;
