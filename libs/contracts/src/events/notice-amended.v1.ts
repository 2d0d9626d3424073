import { JSONSchema } from 'class-validator-jsonschema';
import { Category, EventPayload } from '../field-category';
import { ListOf, LongText, OneOf, Optional, Section } from '../rules';
import { CivilStatus } from './notice/civil-status';
import { Address, Contact } from './notice/contact';
import { Exploitation } from './notice/exploitation';
import { Procedure } from './notice/procedure';
import { Assessment, NoticeDates, Step, Vulnerability } from './notice/situation';
import { Travel } from './notice/travel';

export const NOTICE_AMENDED = 'liaison.notice.amended.v1';

export const AMENDMENT_REASONS = [
  'correction',
  'completion',
  'identity-established',
  'situation-changed',
  'moved',
] as const;
export type AmendmentReason = (typeof AMENDMENT_REASONS)[number];

/** Why there is a new version. */
export class Amendment {
  @Category('procedure')
  @OneOf(AMENDMENT_REASONS)
  reason: AmendmentReason;

  /** The investigators' own words. */
  @Category('free-text')
  @Optional()
  @LongText(2000)
  explanation?: string;
}

/**
 * A new version of a notice, whole like the first: whoever was denied the first can start here. What changed is not in
 * it: each recipient compares what it was given with what it is given now.
 */
@EventPayload(NOTICE_AMENDED)
@JSONSchema({ title: 'Notice amended' })
export class NoticeAmendedV1 {
  @Section(() => Amendment)
  amendment: Amendment;

  @Section(() => Procedure)
  procedure: Procedure;

  @Section(() => CivilStatus)
  civilStatus: CivilStatus;

  @Optional()
  @Section(() => Contact)
  contact?: Contact;

  @Optional()
  @Section(() => Address)
  address?: Address;

  @Optional()
  @Section(() => Travel)
  travel?: Travel;

  @Optional()
  @Section(() => Exploitation)
  exploitation?: Exploitation;

  @Optional()
  @Section(() => Vulnerability)
  vulnerability?: Vulnerability;

  @Optional()
  @ListOf(() => Step, { max: 50 })
  steps?: Step[];

  @Optional()
  @Section(() => Assessment)
  assessment?: Assessment;

  @Optional()
  @Section(() => NoticeDates)
  dates?: NoticeDates;
}
