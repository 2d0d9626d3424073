import { Acts, getReceivedNotice, noticeVoided } from '@liaison/casework';
import { RESIDENCE_PERMIT_RECORD } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { type Identity, requireIfMatch } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { type Holder, holderOf } from '../holder';
import type { Day } from '../law/days';
import { requireReliable } from '../notice/reliance';
import { OwnRecords } from '../own-records';
import {
  decide,
  evolve,
  type Ground,
  kindOf,
  noSuchPermit,
  type Permit,
  type PermitCommand,
  type PermitState,
} from './permit';
import { PermitRow } from './permit.entity';
import type { Situation } from './proposal';

export interface LodgeApplication {
  readonly ground: Ground;
  readonly situation: Situation;
  /** The notice about the person, where one has come: the préfecture may also apply for an opinion first. */
  readonly noticeId?: string;
  /** The permit to renew. */
  readonly renewalOf?: string;
  readonly lodgedOn?: Day;
  /** Default: of the permit to renew, else who the notice says. */
  readonly holder?: Holder;
  /** Why it may rest on a notice that no longer stands. */
  readonly despite?: string;
  readonly idempotencyKey: string;
}

type WithoutDays<Command> = Command extends unknown ? Omit<Command, 'on' | 'today'> : never;
/** Everything but the application itself. */
export type PermitAct = Exclude<WithoutDays<PermitCommand>, { readonly type: 'lodge' }>;

export interface ActOnPermit {
  readonly id: string;
  readonly act: PermitAct;
  /** Legal day of the act; default: today. */
  readonly on?: Day;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/**
 * An application of the caller's own unit.
 * @throws AppError `permit-not-found`, also where it is another unit's: nobody learns that it exists
 */
export async function getPermit(
  manager: EntityManager,
  { unit }: Pick<Identity, 'unit'>,
  id: string,
  lock?: 'pessimistic_write',
): Promise<PermitRow> {
  const row = await manager.findOne(PermitRow, {
    where: { id, unit },
    ...(lock && { lock: { mode: lock } }),
  });
  if (!row) throw noSuchPermit();
  return row;
}

/** T1 of applications and of what is decided about them. What the law makes automatic is proposed; a person decides. */
@Injectable()
export class PermitHandler {
  constructor(
    private readonly records: OwnRecords,
    private readonly acts: Acts,
  ) {}

  /**
   * @throws AppError `notice-not-found`, `notice-voided`, `notice-no-longer-stands`, `permit-not-found`, `renewal-of-nothing`, `renewal-exists`,
   * `holder-missing`, `record-withheld`, or what `decide` and `runOnce` throw
   */
  lodge(identity: Identity, command: LodgeApplication) {
    const { idempotencyKey, ...request } = command;
    return this.acts.run(
      identity,
      { route: 'POST /v1/permits', idempotencyKey, request },
      async (manager) => ({
        status: 201,
        body: await this.lodged(manager, identity, command),
      }),
    );
  }

  private async lodged(manager: EntityManager, identity: Identity, command: LodgeApplication) {
    const renewed =
      command.renewalOf === undefined
        ? undefined
        : await getPermit(manager, identity, command.renewalOf, 'pessimistic_write');
    const today = this.records.today();
    if (renewed) await requireRenewable(manager, renewed, today);
    const noticeId = command.noticeId ?? renewed?.noticeId ?? undefined;
    // Locked: what its sender says of it comes before or after, not in between.
    const notice =
      noticeId === undefined
        ? undefined
        : await getReceivedNotice(manager, identity, noticeId, 'pessimistic_write');
    if (notice?.state === 'voided' && command.noticeId !== undefined) throw noticeVoided();
    if (renewed) this.records.requireReadable(identity, RESIDENCE_PERMIT_RECORD);
    const content = notice && this.records.readNotice(identity, notice);
    const despite = notice ? requireReliable(notice, command.despite) : null;
    const holder = command.holder ?? renewed?.holder ?? (content && holderOf(content));
    if (!holder) {
      throw new AppError('holder-missing', 'No notice names the person: say in holder who applies.');
    }
    const on = command.lodgedOn ?? today;
    const { ground, situation } = command;
    const event = decide(undefined, { type: 'lodge', today, on, ground, renewal: renewed !== undefined });
    const lodged = evolve(undefined, event);
    // Proceedings that ended while the earlier permit was valid are known to the later one.
    const permit: Permit = {
      ...lodged,
      ...(renewed?.record.proceedings && { proceedings: renewed.record.proceedings }),
    };
    const row = {
      id: uuidv7(),
      caseId: notice?.caseId ?? null,
      noticeId: notice?.id ?? null,
      renewalOf: renewed?.id ?? null,
      unit: identity.unit,
      holder,
      ground,
      kind: kindOf(ground),
      renewal: permit.renewal,
      lodgedOn: on,
      lodgedBy: identity.pseudonym,
      situation: { ...renewed?.situation, ...situation },
      despite,
      ...columnsOf(permit),
    };
    await manager.insert(PermitRow, row);
    return answerOf(row.id, permit);
  }

  /** @throws AppError `record-withheld`, `precondition-*`, or what `getPermit` and `decide` throw */
  act(identity: Identity, { id, act, on, ifMatch, idempotencyKey }: ActOnPermit) {
    const request = { id, act, on };
    return this.acts.run(
      identity,
      { route: `POST /v1/permits/:id/${act.type}`, idempotencyKey, request },
      async (manager) => {
        const row = await getPermit(manager, identity, id, 'pessimistic_write');
        this.records.requireReadable(identity, RESIDENCE_PERMIT_RECORD);
        requireIfMatch(ifMatch, row.version);
        const today = this.records.today();
        const permit = evolve(row.record, decide(row.record, { ...act, on: on ?? today, today }));
        await manager.update(PermitRow, id, columnsOf(permit));
        return { status: 200, body: answerOf(id, permit) };
      },
    );
  }

  /** What is known of the person's situation by now. @throws AppError as `act` */
  describe(
    identity: Identity,
    { id, situation, ifMatch }: { id: string; situation: Situation; ifMatch: string | undefined },
    idempotencyKey: string,
  ) {
    const route = 'PUT /v1/permits/:id/situation';
    return this.acts.run(identity, { route, idempotencyKey, request: { id, situation } }, async (manager) => {
      const row = await getPermit(manager, identity, id, 'pessimistic_write');
      this.records.requireReadable(identity, RESIDENCE_PERMIT_RECORD);
      requireIfMatch(ifMatch, row.version);
      const permit = { ...row.record, version: row.version + 1 };
      await manager.update(PermitRow, id, { situation, ...columnsOf(permit) });
      return { status: 200, body: answerOf(id, permit) };
    });
  }
}

/** States in which a renewal is under way, or has come to its end: there is nothing to remind anybody of. */
export const RENEWING: readonly PermitState[] = ['lodged', 'granted', 'refused', 'appealed'];

/** @throws AppError `renewal-of-nothing`, `renewal-exists` */
async function requireRenewable(manager: EntityManager, { id, state }: PermitRow, today: Day): Promise<void> {
  if (state !== 'granted') {
    throw new AppError(
      'renewal-of-nothing',
      'Only a permit that was granted, and not withdrawn, is renewed.',
    );
  }
  const applications = await manager.findBy(PermitRow, { renewalOf: id, state: In(RENEWING) });
  // A refusal that nobody appealed against in time is final, as one that was upheld is: who applies again applies anew.
  if (
    applications.some(
      ({ record }) => record.state !== 'refused' || (record.refused?.appealBy ?? today) >= today,
    )
  ) {
    throw new AppError(
      'renewal-exists',
      'Its renewal has been applied for already: decide that one, or wait until its refusal is final.',
    );
  }
}

const columnsOf = (permit: Permit) => ({
  state: permit.state,
  version: permit.version,
  grantedOn: permit.granted?.on ?? null,
  validUntil: permit.granted?.until ?? null,
  record: permit,
});

function answerOf(id: string, { state, version, ground, renewal, granted, refused, withdrawn }: Permit) {
  return {
    id,
    state,
    version,
    ground,
    kind: kindOf(ground),
    renewal,
    validUntil: granted?.until ?? null,
    appealBy: state === 'refused' ? (refused?.appealBy ?? null) : null,
    article: withdrawn?.article ?? granted?.article ?? refused?.article ?? null,
  };
}
