import {
  OPERATION_ANNOUNCED,
  OPERATION_CALLED_OFF,
  type OperationAnnouncedV1,
  type OperationCalledOffV1,
} from '@liaison/contracts';
import type { Agency, Clock, Directory } from '@liaison/kernel';
import { currentTraceparent, type NewEvent, Outbox, type Recipient } from '@liaison/messaging';
import { currentCorrelationId, type Identity, requireIfMatch } from '@liaison/platform';
import { termOf } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Acts } from '../acts';
import { CLOCK, DIRECTORY } from '../agency/tokens';
import { endOfLegalDay, legalDay } from '../legal-day';
import { AgencyPolicy } from '../policy/agency-policy';
import {
  contactsFor,
  decide,
  evolve,
  type NamedContact,
  OPERATION_PURPOSE,
  requireAnnounceable,
} from './operation';
import { AnnouncedOperationRow, ToldContactRow } from './operation.entity';
import { getAnnounced, operationOf } from './stored-operation';

export interface AnnounceOperation {
  readonly content: OperationAnnouncedV1;
  /** Agencies; absent: everybody who has a named contact point for it. */
  readonly only: readonly string[] | undefined;
  readonly idempotencyKey: string;
}

/** T1 of an announcement and of its end: it stands here and goes to every contact point that was named, or nothing does. */
@Injectable()
export class AnnounceOperationHandler {
  constructor(
    @Inject(DIRECTORY) private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
    private readonly outbox: Outbox,
    private readonly acts: Acts,
  ) {}

  /** @throws AppError what `requireAnnounceable`, `contactsFor` and `runOnce` throw */
  announce(identity: Identity, { content, only, idempotencyKey }: AnnounceOperation) {
    const request = { content, only };
    return this.acts.run(identity, { route: 'POST /v1/operations', idempotencyKey, request }, (manager) =>
      this.announced(manager, identity, content, only),
    );
  }

  private async announced(
    manager: EntityManager,
    identity: Identity,
    content: OperationAnnouncedV1,
    only: readonly string[] | undefined,
  ) {
    const at = this.clock.now();
    const { departement, from, until, expectedPeople } = content;
    requireAnnounceable(content, legalDay(at, departement));
    const contacts = contactsFor(this.directory, content, only);
    const to = contacts.map(({ agency }) => agency.id);
    const operation = evolve(undefined, decide(undefined, { type: 'announce', until, to }));
    const id = uuidv7();
    const recorded = await this.outbox.openCase(
      manager,
      { id, unit: identity.unit, facts: { departement } },
      this.event(identity, at, {
        type: OPERATION_ANNOUNCED,
        document: content,
        recipients: contacts.map(({ agency, contact }) => ({ agency, unit: contact })),
      }),
    );
    const { state, version } = operation;
    await manager.insert(AnnouncedOperationRow, {
      id,
      unit: identity.unit,
      author: identity.pseudonym,
      announcedAt: at,
      departement,
      fromDay: from,
      untilDay: until,
      expiresAt: endOfLegalDay(until, departement),
      expectedPeople,
      state,
      version,
    });
    const decisions = contacts.map((contact) => this.decided(contact, content, at));
    await manager.insert(
      ToldContactRow,
      decisions.map(({ answer: { agency, contact }, acknowledgeBy }) => ({
        operationId: id,
        agency,
        contact,
        unit: identity.unit,
        acknowledgeBy,
      })),
    );
    return {
      status: 202,
      lanes: recorded.lanes,
      body: { id, state, version, told: decisions.map(({ answer }) => answer) },
    };
  }

  /** @throws AppError `operation-not-found`, `operation-called-off`, `operation-expired`, `precondition-*`, or what `runOnce` throws */
  callOff(
    identity: Identity,
    {
      id,
      ifMatch,
      idempotencyKey,
    }: { readonly id: string; readonly ifMatch: string | undefined; readonly idempotencyKey: string },
  ) {
    const route = 'POST /v1/operations/:id/call-off';
    return this.acts.run(identity, { route, idempotencyKey, request: { id } }, async (manager) => {
      const row = await getAnnounced(manager, identity, id, 'pessimistic_write');
      requireIfMatch(ifMatch, row.version);
      const told = await manager.findBy(ToldContactRow, { operationId: id });
      const before = operationOf(row, told);
      const at = this.clock.now();
      const today = legalDay(at, row.departement);
      const { state, version } = evolve(before, decide(before, { type: 'call-off', today }));
      const document: OperationCalledOffV1 = { calledOffAt: at.toISOString() };
      const recipients = told.flatMap(({ agency, contact }): Recipient[] => {
        const known = this.directory.findAgency(agency);
        return known ? [{ agency: known, unit: contact }] : [];
      });
      const recorded = await this.outbox.append(
        manager,
        id,
        this.event(identity, at, { type: OPERATION_CALLED_OFF, document, recipients }),
      );
      await manager.update(AnnouncedOperationRow, id, { state, version });
      return { status: 202, lanes: recorded.lanes, body: { id, state, version } };
    });
  }

  /** What dispatch would decide now; it decides again when it sends. */
  private decided({ agency, contact, name }: NamedContact, document: OperationAnnouncedV1, at: Date) {
    const { allowed, denial, convention, obligations } = this.preview(agency, document, at);
    const seconds = allowed ? termOf('acknowledge-within', obligations) : undefined;
    return {
      acknowledgeBy: seconds === undefined ? null : new Date(at.getTime() + seconds * 1000),
      answer: {
        agency: agency.id,
        contact,
        name,
        allowed,
        denial: denial?.code ?? null,
        convention: convention ? `${convention.id}@${convention.version}` : null,
      },
    };
  }

  private preview(agency: Agency, document: OperationAnnouncedV1, at: Date) {
    const facts = { departement: document.departement };
    const asked = { type: OPERATION_ANNOUNCED, document, purpose: OPERATION_PURPOSE, facts };
    return this.policy.preview(asked, agency, at).decision;
  }

  private event(
    identity: Identity,
    decidedAt: Date,
    event: Pick<NewEvent, 'type' | 'document' | 'recipients'>,
  ): NewEvent {
    return {
      ...event,
      purpose: OPERATION_PURPOSE,
      unit: identity.unit,
      agent: identity.pseudonym,
      correlationId: currentCorrelationId(),
      traceparent: currentTraceparent(),
      decidedAt,
    };
  }
}
