import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { CivilStatus } from './notice/civil-status';
import { Address, Contact } from './notice/contact';
import { Exploitation } from './notice/exploitation';
import { Assessment, NoticeDates, Step, Vulnerability } from './notice/situation';
import { Travel } from './notice/travel';
import { ListOf, OneOf, Optional, Section, Text } from '../rules';

export const NOTICE_ISSUED = 'liaison.notice.issued.v1';

export const INITIATIVES = ['own', 'solicited'] as const;

/** Where the notice belongs. */
export class Procedure {
  /** `own`: the investigating service writes unasked. `solicited`: it answers a request for an opinion. */
  @Category('procedure')
  @Optional()
  @OneOf(INITIATIVES)
  initiative?: (typeof INITIATIVES)[number];

  /** Where the person is: decides which préfecture is competent (R07). */
  @Category('procedure')
  @DepartementCode()
  departement: string;

  /** The investigating service's own number of the procedure. */
  @Category('procedure')
  @Optional()
  @Text(100)
  reference?: string;

  /** The unit that wrote it. */
  @Category('procedure')
  @Optional()
  @Text(100)
  unit?: string;
}

/**
 * The notice de renseignements about one person, whole: six sections as report S2 VII lists them, and around them
 * what places it. A notice is rarely complete, so nearly everything may be left out.
 */
@EventPayload(NOTICE_ISSUED)
@JSONSchema({ title: 'Notice issued' })
export class NoticeIssuedV1 {
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
