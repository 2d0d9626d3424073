import {
  AGENCY,
  AgencyPolicy,
  CLOCK,
  decidedFields,
  type ExportedRecords,
  type ExportSource,
  legalDay,
  ownFields,
  type ReadableCase,
  ReceivedNotice,
  ReceivedSupportExport,
} from '@liaison/casework';
import { OPINION_REQUESTED, REFLECTION_PERIOD_RECORD, RESIDENCE_PERMIT_RECORD } from '@liaison/contracts';
import type { Agency, Clock } from '@liaison/kernel';
import { auditFields } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import type { Decision } from '@liaison/sharing-policy';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import type { Day } from './law/days';
import { citation, findText } from './law/law';
import { OpinionRequestRow } from './opinion-request/opinion-request.entity';
import { askedOf, readAnswer, viewOf as opinionViewOf } from './opinion-request/opinion-request.reader';
import { readRecord } from './own-records';
import { PermitRow } from './permit/permit.entity';
import { RENEWING } from './permit/permit.handler';
import { viewOf as permitViewOf } from './permit/permit.reader';
import { ReflectionPeriodRow } from './reflection-period/reflection-period.entity';
import { viewOf as periodViewOf } from './reflection-period/reflection-period.reader';
import { getPeriod } from './reflection-period/stored-period';

type Standing = Pick<ReceivedNotice, 'id' | 'standing' | 'standingReason'>;

interface Context {
  readonly caseId: string;
  readonly limit: number;
  readonly notices: readonly Standing[];
  readonly at: Date;
}

/** What a préfecture holds of a case beside its notices: reflection periods, permits, opinions, acknowledgements. */
@Injectable()
export class PrefectureExport implements ExportSource {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policy: AgencyPolicy,
  ) {}

  async read(
    manager: EntityManager,
    identity: Identity,
    found: ReadableCase,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const { id: caseId } = found;
    const at = this.clock.now();
    const today = legalDay(at, this.agency.departement);
    const notices = await manager.find(ReceivedNotice, {
      where: { caseId, unit: identity.unit },
      select: { id: true, standing: true, standingReason: true },
    });
    const permits = await manager.find(PermitRow, {
      where: { caseId, unit: identity.unit },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    const context = { caseId, limit, notices, at };
    const subjects = [...notices, ...permits].map(({ id }) => id);
    return [
      await this.periodsOf(manager, identity, context, today),
      await this.permitsOf(manager, identity, permits, context, today),
      await this.opinionsOf(manager, identity, { subjects, limit, at }),
      await acknowledgementsOf(manager, caseId, limit),
      ...(await new ReceivedSupportExport(this.clock, this.policy).read(manager, identity, found, limit)),
    ];
  }

  private async opinionsOf(
    manager: EntityManager,
    identity: Identity,
    { subjects, limit, at }: { readonly subjects: string[]; readonly limit: number; readonly at: Date },
  ): Promise<ExportedRecords> {
    const rows = await manager.find(OpinionRequestRow, {
      where: { subjectId: In(subjects), unit: identity.unit },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    const answers = [];
    for (const row of rows) {
      const { document, delivery } = await askedOf(manager, row);
      const asked = readRecord(this.policy, identity, { type: OPINION_REQUESTED, data: document }, at);
      if (!asked) continue;
      const answer = readAnswer(this.policy, identity, row, at);
      answers.push({ item: opinionViewOf(row, { asked, answer, delivery }, at), decision: asked.decision });
      if (answer?.decision) answers.push({ decision: answer.decision });
    }
    return exported('opinions', answers);
  }

  private async periodsOf(
    manager: EntityManager,
    identity: Identity,
    context: Context,
    today: Day,
  ): Promise<ExportedRecords> {
    const { caseId, limit, notices, at } = context;
    const rows = await manager.find(ReflectionPeriodRow, {
      where: { caseId, unit: identity.unit },
      order: { id: 'ASC' },
      take: limit + 1,
      select: { id: true },
    });
    const answers = [];
    for (const { id } of rows) {
      const stored = await getPeriod(manager, identity, id);
      const { holder, noticeId, article } = stored.row;
      const opened = readRecord(
        this.policy,
        identity,
        { type: REFLECTION_PERIOD_RECORD, data: { holder } },
        at,
      );
      if (!opened) continue;
      const item = periodViewOf(stored, opened, standingIn(notices, noticeId), today);
      answers.push({ item, decision: opened.decision, articles: [article] });
    }
    return exported('reflectionPeriods', answers);
  }

  private async permitsOf(
    manager: EntityManager,
    identity: Identity,
    rows: readonly PermitRow[],
    { notices, at }: Context,
    today: Day,
  ): Promise<ExportedRecords> {
    const renewals = await manager.find(PermitRow, {
      where: { renewalOf: In(rows.map(({ id }) => id)), state: In(RENEWING) },
      select: { renewalOf: true, id: true },
    });
    const renewed = new Set(renewals.map(({ renewalOf }) => renewalOf));
    const answers = rows.flatMap((row) => {
      const { holder, situation } = row;
      const record = { type: RESIDENCE_PERMIT_RECORD, data: { holder, situation } };
      const opened = readRecord(this.policy, identity, record, at);
      if (!opened) return [];
      const notice = standingIn(notices, row.noticeId);
      const text = findText(row.ground, today);
      return {
        item: permitViewOf(row, opened, { renewed: renewed.has(row.id), notice, today }),
        decision: opened.decision,
        articles: text ? [citation(text)] : [],
      };
    });
    return exported('permits', answers);
  }
}

/** @param answers `item` is absent where the decision is about a part of the one before */
const exported = (
  kind: string,
  answers: readonly {
    readonly item?: object;
    readonly decision: Decision;
    readonly articles?: readonly string[];
  }[],
): ExportedRecords => ({
  kind,
  items: answers.flatMap(({ item }) => item ?? []),
  fields: answers.flatMap(({ decision }) => auditFields(decidedFields(decision))),
  legalBases: answers.flatMap(({ decision, articles = [] }) => [...decision.legalBases, ...articles]),
});

const standingIn = (notices: readonly Standing[], id: string | null): Standing | undefined =>
  notices.find((notice) => notice.id === id);

/** How far each acknowledgement has come. */
async function acknowledgementsOf(
  manager: EntityManager,
  caseId: string,
  limit: number,
): Promise<ExportedRecords> {
  const items = await manager.query<object[]>(DELIVERIES, [caseId, limit + 1]);
  return { kind: 'deliveries', items, fields: [ownFields('deliveries')], legalBases: [] };
}

const DELIVERIES = `
SELECT s.event_id AS "eventId", d.type AS event, s.recipient, s.state, s.reason, s.convention, s.at
  FROM messaging.delivery_status s
  JOIN messaging.event_document d ON d.case_id = s.case_id AND d.version = s.case_version
 WHERE s.case_id = $1 ORDER BY s.case_version, s.recipient, s.event_id LIMIT $2`;
