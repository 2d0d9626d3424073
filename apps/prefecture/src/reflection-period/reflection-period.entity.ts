import type { BreachVoidReason } from '@liaison/contracts';
import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
  Unique,
} from 'typeorm';
import type { Holder } from '../holder';
import type { Despite } from '../notice/reliance';
import type { Language } from './information-texts';
import type { EndReason, RemovalMeasure } from './reflection-period';

/** One line of the register of receipts. Days are legal days of the préfecture's département, `YYYY-MM-DD`. */
@Entity({ schema: 'prefecture', name: 'reflection_period' })
@Unique('reflection_period_case', ['caseId'])
@Unique('reflection_period_receipt', ['receiptNumber'])
@Check(
  'reflection_period_days',
  `from_day <= last_day AND num_nulls(ended_on, end_reason) IN (0, 2)
          AND (ended_on IS NULL OR ended_on BETWEEN from_day AND last_day)`,
)
@Index('reflection_period_of_unit', ['unit', 'lastDay', 'id'])
export class ReflectionPeriodRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'reflection_period_pkey' })
  id: string;

  @Column('uuid', { name: 'case_id' })
  caseId: string;

  /** The version of the notice that signalled the person. */
  @Column('uuid', { name: 'notice_id' })
  noticeId: string;

  /** The case's pairwise reference towards the sender of the notice. */
  @Column('uuid')
  reference: string;

  @Column('text')
  unit: string;

  @Column('text', { nullable: true })
  departement: string | null;

  /** `<département>-<year>-<number>`, without holes within a year. */
  @Column('text', { name: 'receipt_number' })
  receiptNumber: string;

  @Column('date', { name: 'from_day' })
  from: string;

  @Column('date', { name: 'last_day' })
  lastDay: string;

  /** As in force on its first day. */
  @Column('text')
  article: string;

  /** Of the information that was given to the person. */
  @Column('text')
  language: Language;

  @Column('json')
  holder: Holder;

  /** Pseudonym. */
  @Column('text', { name: 'opened_by' })
  openedBy: string;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt: Date;

  /** Counts its changes, for `ETag`. */
  @Column('int')
  version: number;

  @Column('date', { name: 'ended_on', nullable: true })
  endedOn: string | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: EndReason | null;

  /** Why it rests on a notice that no longer stands. */
  @Column('json', { nullable: true })
  despite: Despite | null;
}

@Entity({ schema: 'prefecture', name: 'reflection_breach' })
@Index('reflection_breach_of_period', ['periodId'])
@Check('reflection_breach_voided', 'num_nulls(voided_at, void_reason) IN (0, 2)')
export class ReflectionBreachRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'reflection_breach_pkey' })
  id: string;

  @Column('uuid', { name: 'period_id' })
  periodId: string;

  @ManyToOne(() => ReflectionPeriodRow)
  @JoinColumn({ name: 'period_id', foreignKeyConstraintName: 'reflection_breach_period' })
  period?: Relation<ReflectionPeriodRow>;

  @Column('text')
  measure: RemovalMeasure;

  @Column('date', { name: 'taken_on' })
  takenOn: string;

  @Column('timestamptz', { name: 'reported_at' })
  reportedAt: Date;

  @Column('date', { name: 'remedied_on', nullable: true })
  remediedOn: string | null;

  /** It was entered by mistake. */
  @Column('timestamptz', { name: 'voided_at', nullable: true })
  voidedAt: Date | null;

  @Column('text', { name: 'void_reason', nullable: true })
  voidReason: BreachVoidReason | null;

  @Column('int')
  revision: number;
}

/** The last number given to a receipt of a year: its row's lock makes the register one without holes. */
@Entity({ schema: 'prefecture', name: 'receipt_counter' })
export class ReceiptCounter {
  @PrimaryColumn('int', { primaryKeyConstraintName: 'receipt_counter_pkey' })
  year: number;

  @Column('int')
  last: number;
}
