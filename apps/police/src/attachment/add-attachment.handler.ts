import { Acts, AgencyPolicy, Attachments, type CheckedFile, CLOCK } from '@liaison/casework';
import { ATTACHMENT_ADDED, type AttachmentKind } from '@liaison/contracts';
import { AppError, type Clock } from '@liaison/kernel';
import type { Recipient } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IssuedCases } from '../notice/issued-case';
import { PURPOSE } from '../notice/purpose';
import { lockNotice, requireReadable, requireReadableDraft } from '../notice/stored-notice';

export interface AddAttachment {
  /** Of the notice. */
  readonly id: string;
  readonly kind: AttachmentKind;
  readonly file: CheckedFile;
  readonly idempotencyKey: string;
}

/** Documents of notices: kept with a draft until it is issued, sent with an issued notice to whoever has it. */
@Injectable()
export class AddAttachmentHandler {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly acts: Acts,
    private readonly attachments: Attachments,
    private readonly cases: IssuedCases,
    private readonly policy: AgencyPolicy,
  ) {}

  /** @throws AppError `notice-not-found`, `notice-ended`, `attachments-full`, or what `runOnce` throws */
  async add(identity: Identity, { id, kind, file, idempotencyKey }: AddAttachment) {
    const { name, mediaType, bytes, sha256 } = file;
    const route = 'POST /v1/notices/:id/attachments';
    const stored = await this.acts.run(
      identity,
      { route, idempotencyKey, request: { id, kind, name, sha256 } },
      async (manager) => {
        const notice = await lockNotice(manager, identity, id);
        requireReadableDraft(this.policy, identity, notice, this.clock.now());
        if (notice.state !== 'draft' && notice.state !== 'issued') {
          throw new AppError('notice-ended', 'Nothing is added to a notice that no longer stands.');
        }
        const attachment = await this.attachments.store(manager, identity, id, {
          kind,
          file,
          purpose: PURPOSE,
        });
        const lanes = notice.state === 'issued' ? await this.send(manager, identity, id, attachment) : [];
        return { status: 202, body: { id: attachment, mediaType, size: bytes.length, sha256 }, lanes };
      },
    );
    // Often the person's own name: it is said again from the request, and not stored with the answer.
    return { ...stored, name };
  }

  /** What was kept with a draft, or what a new recipient has not got. @returns lanes to wake */
  async sendAll(
    manager: EntityManager,
    identity: Identity,
    { id, caseId, departement, to, at, only }: Sending,
  ): Promise<number[]> {
    const lanes: number[] = [];
    if (to.length === 0) return lanes;
    for await (const document of this.attachments.eventsOf(manager, id, {
      departement,
      ...(only !== undefined && { only }),
    })) {
      const said = await this.cases.say(
        manager,
        identity,
        caseId,
        { type: ATTACHMENT_ADDED, document, to },
        at,
      );
      lanes.push(...said.lanes);
    }
    return lanes;
  }

  private async send(
    manager: EntityManager,
    identity: Identity,
    id: string,
    only: string,
  ): Promise<readonly number[]> {
    const open = await this.cases.lock(manager, identity, id);
    requireReadable(this.policy, identity, open, this.clock.now());
    const { caseId, notice, facts } = open;
    const to = await this.cases.recipients(manager, caseId, notice.recipients);
    const { departement } = facts;
    return this.sendAll(manager, identity, { id, caseId, departement, to, at: this.clock.now(), only });
  }
}

export interface Sending {
  /** Of the notice. */
  readonly id: string;
  readonly caseId: string;
  readonly departement: string | undefined;
  readonly to: readonly Recipient[];
  readonly at: Date;
  /** One attachment; absent: all of the notice. */
  readonly only?: string;
}
