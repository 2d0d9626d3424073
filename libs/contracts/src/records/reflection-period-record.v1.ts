import { Category, HeldRecord } from '../field-category';
import { CalendarDate, OneOf, Optional, Section, Text } from '../rules';
import { RecordHolder } from './holder';

export const REFLECTION_PERIOD_RECORD = 'liaison.reflection-period.record.v1';

/** A line of a préfecture's register of receipts. Its own record: in no message, but read through the policy. */
@HeldRecord(REFLECTION_PERIOD_RECORD)
export class ReflectionPeriodRecordV1 {
  @Section(() => RecordHolder)
  holder: RecordHolder;

  @Category('procedure')
  @Text(50)
  receiptNumber: string;

  /** First and last legal day. */
  @Category('dates')
  @CalendarDate()
  from: string;

  @Category('dates')
  @CalendarDate()
  lastDay: string;

  @Category('procedure')
  @Text(100)
  article: string;

  /** Of the information that the person was given. */
  @Category('procedure')
  @Text(10)
  language: string;

  @Category('dates')
  @Optional()
  @CalendarDate()
  endedOn?: string;

  @Category('procedure')
  @Optional()
  @Text(50)
  endReason?: string;

  /** Whether a measure against it was reported and not remedied. */
  @Category('procedure')
  @OneOf(['none', 'open', 'remedied'])
  breach: string;
}
