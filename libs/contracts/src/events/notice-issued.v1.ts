import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { CivilStatusV1 } from './notice-v1/civil-status';
import { AddressV1, ContactV1 } from './notice-v1/contact';
import { ExploitationV1 } from './notice-v1/exploitation';
import { AssessmentV1, NoticeDatesV1, StepV1, VulnerabilityV1 } from './notice-v1/situation';
import { TravelV1 } from './notice-v1/travel';
import { ListOf, OneOf, Optional, Section, Text } from '../rules';

export const NOTICE_ISSUED_V1 = 'liaison.notice.issued.v1';

const INITIATIVES = ['own', 'solicited'] as const;

/** Where the notice belongs. */
class ProcedureV1 {
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
 * The notice as the first version of the contract had it. Nobody writes it any more (`notice-issued.v2.ts`); what was
 * sent as it is read for ever, so this class and `notice-v1/` do not change.
 */
@EventPayload(NOTICE_ISSUED_V1)
@JSONSchema({ title: 'Notice issued' })
export class NoticeIssuedV1 {
  @Section(() => ProcedureV1)
  procedure: ProcedureV1;

  @Section(() => CivilStatusV1)
  civilStatus: CivilStatusV1;

  @Optional()
  @Section(() => ContactV1)
  contact?: ContactV1;

  @Optional()
  @Section(() => AddressV1)
  address?: AddressV1;

  @Optional()
  @Section(() => TravelV1)
  travel?: TravelV1;

  @Optional()
  @Section(() => ExploitationV1)
  exploitation?: ExploitationV1;

  @Optional()
  @Section(() => VulnerabilityV1)
  vulnerability?: VulnerabilityV1;

  @Optional()
  @ListOf(() => StepV1, { max: 50 })
  steps?: StepV1[];

  @Optional()
  @Section(() => AssessmentV1)
  assessment?: AssessmentV1;

  @Optional()
  @Section(() => NoticeDatesV1)
  dates?: NoticeDatesV1;
}
