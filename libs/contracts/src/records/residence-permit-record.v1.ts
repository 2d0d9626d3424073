import { Category, HeldRecord } from '../field-category';
import { CalendarDate, Flag, Optional, Section, Text } from '../rules';
import { RecordHolder } from './holder';

export const RESIDENCE_PERMIT_RECORD = 'liaison.residence-permit.record.v1';

/** What is known of the person whom a decision is about, as the law asks for it. */
export class RecordSituation {
  @Category('steps')
  @Optional()
  @CalendarDate()
  complaintOn?: string;

  @Category('steps')
  @Optional()
  @CalendarDate()
  testimonyOn?: string;

  @Category('vulnerability')
  @Optional()
  @Flag()
  linksBroken?: boolean;

  @Category('vulnerability')
  @Optional()
  @Flag()
  fearOfReprisals?: boolean;

  @Category('vulnerability')
  @Optional()
  @Flag()
  victimElements?: boolean;

  @Category('steps')
  @Optional()
  @Flag()
  reintegrationEfforts?: boolean;

  @Category('steps')
  @Optional()
  @CalendarDate()
  exitPathOn?: string;

  @Category('vulnerability')
  @Optional()
  @Flag()
  prostitutionCeased?: boolean;

  @Category('procedure')
  @Optional()
  @Flag()
  publicOrderThreat?: boolean;
}

/** An application for a permit, and what was decided. A préfecture's own record: in no message, but read through the policy. */
@HeldRecord(RESIDENCE_PERMIT_RECORD)
export class ResidencePermitRecordV1 {
  @Section(() => RecordHolder)
  holder: RecordHolder;

  @Section(() => RecordSituation)
  situation: RecordSituation;

  @Category('procedure')
  @Text(50)
  ground: string;

  @Category('procedure')
  @Text(50)
  kind: string;

  @Category('procedure')
  @Flag()
  renewal: boolean;

  @Category('procedure')
  @Text(50)
  state: string;

  @Category('dates')
  @CalendarDate()
  lodgedOn: string;

  @Category('dates')
  @Optional()
  @CalendarDate()
  grantedOn?: string;

  @Category('dates')
  @Optional()
  @CalendarDate()
  validUntil?: string;

  /** What was decided, with its articles and reasons. */
  @Category('procedure')
  @Text(4000)
  acts: string;
}
