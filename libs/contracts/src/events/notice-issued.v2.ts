import { JSONSchema } from 'class-validator-jsonschema';
import { EventPayload } from '../field-category';
import { ListOf, Optional, Section } from '../rules';
import { CivilStatus } from './notice/civil-status';
import { Address, Contact } from './notice/contact';
import { Exploitation } from './notice/exploitation';
import { Procedure } from './notice/procedure';
import { Assessment, NoticeDates, Step, Vulnerability } from './notice/situation';
import { Travel } from './notice/travel';

export const NOTICE_ISSUED = 'liaison.notice.issued.v2';

/**
 * The notice de renseignements about one person, whole: six sections as report S2 VII lists them, and around them
 * what places it. A notice is rarely complete, so nearly everything may be left out.
 */
@EventPayload(NOTICE_ISSUED)
@JSONSchema({ title: 'Notice issued' })
export class NoticeIssuedV2 {
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
