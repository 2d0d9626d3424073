import { Acts, AGENCY, getReceivedNotice, isPrintable, lockCase, noticeVoided } from '@liaison/casework';
import { REFLECTION_PERIOD_RECORD } from '@liaison/contracts';
import { AppError, type Agency } from '@liaison/kernel';
import { type Identity, requireIfMatch } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { type Holder, holderOf } from '../holder';
import type { Day } from '../law/days';
import { citation, termEnd, textInForce } from '../law/law';
import { requireReliable } from '../notice/reliance';
import { OwnRecords } from '../own-records';
import type { Language } from './information-texts';
import { decide, type EndReason, evolve, periodExists, statusOn } from './reflection-period';
import { ReflectionPeriodRow } from './reflection-period.entity';
import { getPeriod } from './stored-period';

export interface OpenReflectionPeriod {
  readonly noticeId: string;
  readonly language: Language;
  /** Default: today. */
  readonly handedOverOn?: Day;
  /** Default: who the notice says. */
  readonly holder?: Holder;
  /** Why it may rest on a notice that no longer stands. */
  readonly despite?: string;
  readonly idempotencyKey: string;
}

export interface EndReflectionPeriod {
  readonly id: string;
  readonly reason: EndReason;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string;
}

/** T1 of a receipt that is handed over, and of its early end. */
@Injectable()
export class ReflectionPeriodHandler {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    private readonly records: OwnRecords,
    private readonly acts: Acts,
  ) {}

  /**
   * The police signal alone is enough (S2 1.2): a notice that was received, and nothing else.
   * @throws AppError `notice-not-found`, `notice-voided`, `notice-no-longer-stands`, `holder-missing`, `holder-not-printable`, `no-legal-text`, or
   * what `decide` and `runOnce` throw
   */
  open(identity: Identity, command: OpenReflectionPeriod) {
    const { idempotencyKey, ...request } = command;
    return this.acts.run(
      identity,
      { route: 'POST /v1/reflection-periods', idempotencyKey, request },
      async (manager) => ({ status: 201, body: await this.opened(manager, identity, command) }),
    );
  }

  private async opened(manager: EntityManager, identity: Identity, command: OpenReflectionPeriod) {
    // Locked: what its sender says of it comes before or after, not in between.
    const notice = await getReceivedNotice(manager, identity, command.noticeId, 'pessimistic_write');
    if (notice.state === 'voided') throw noticeVoided();
    const content = this.records.readNotice(identity, notice);
    const despite = requireReliable(notice, command.despite);
    // One period a case: whoever comes second waits here, then finds it.
    await lockCase(manager, notice.caseId);
    if (await manager.existsBy(ReflectionPeriodRow, { caseId: notice.caseId })) throw periodExists();
    const today = this.records.today();
    const from = command.handedOverOn ?? today;
    const text = textInForce('reflection-period', from);
    const event = decide(undefined, { type: 'open', today, from, lastDay: termEnd(text, from) });
    const period = evolve(undefined, event);
    const row = {
      id: uuidv7(),
      caseId: notice.caseId,
      noticeId: notice.id,
      reference: notice.reference,
      unit: notice.unit,
      departement: notice.departement ?? this.agency.departement ?? null,
      receiptNumber: await this.nextNumber(manager, from),
      from,
      lastDay: period.lastDay,
      article: citation(text),
      language: command.language,
      holder: await printable(command.holder ?? holderOf(content)),
      openedBy: identity.pseudonym,
      openedAt: this.records.now(),
      version: period.version,
      endedOn: null,
      endReason: null,
      despite,
    };
    await manager.insert(ReflectionPeriodRow, row);
    return {
      id: row.id,
      receiptNumber: row.receiptNumber,
      from,
      lastDay: row.lastDay,
      article: row.article,
      status: statusOn(period, today),
      version: row.version,
    };
  }

  /** @throws AppError `record-withheld`, `precondition-*`, or what `getPeriod` and `decide` throw */
  end(identity: Identity, { id, reason, ifMatch, idempotencyKey }: EndReflectionPeriod) {
    return this.acts.run(
      identity,
      { route: 'POST /v1/reflection-periods/:id/end', idempotencyKey, request: { id, reason } },
      async (manager) => {
        const { period, row } = await getPeriod(manager, identity, id, 'pessimistic_write');
        this.records.requireReadable(identity, REFLECTION_PERIOD_RECORD);
        requireIfMatch(ifMatch, row.version);
        const today = this.records.today();
        const next = evolve(period, decide(period, { type: 'end', today, reason }));
        await manager.update(ReflectionPeriodRow, id, {
          version: next.version,
          endedOn: today,
          endReason: reason,
        });
        const body = { id, status: statusOn(next, today), endedOn: today, reason, version: next.version };
        return { status: 200, body };
      },
    );
  }

  private async nextNumber(manager: EntityManager, day: Day): Promise<string> {
    const year = Number(day.slice(0, 4));
    const [counter] = await manager.query<{ last: number }[]>(
      `INSERT INTO prefecture.receipt_counter AS c (year, last) VALUES ($1, 1)
       ON CONFLICT (year) DO UPDATE SET last = c.last + 1 RETURNING last`,
      [year],
    );
    return [this.agency.departement ?? this.agency.id, year, String(counter?.last).padStart(5, '0')].join(
      '-',
    );
  }
}

/** @throws AppError `holder-missing`, `holder-not-printable` */
async function printable(holder: Holder | undefined): Promise<Holder> {
  if (!holder) {
    throw new AppError('holder-missing', 'The notice names nobody: say in holder whom the receipt is for.');
  }
  const printable = await Promise.all(Object.values(holder).map((text) => isPrintable(String(text))));
  if (!printable.includes(false)) return holder;
  throw new AppError(
    'holder-not-printable',
    'The receipt cannot be printed in that script: give holder in Latin letters, as in the passport.',
  );
}
