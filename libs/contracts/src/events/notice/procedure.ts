import { DepartementCode } from '../../codes';
import { Category } from '../../field-category';
import { OneOf, Optional, Text, Uuid } from '../../rules';

export const INITIATIVES = ['own', 'solicited'] as const;

/** Where the notice belongs. */
export class Procedure {
  /** `own`: the investigating service writes unasked. `solicited`: it answers a request for an opinion. */
  @Category('procedure')
  @Optional()
  @OneOf(INITIATIVES)
  initiative?: (typeof INITIATIVES)[number];

  /** Id of the request for an opinion that it answers, as the préfecture gave it. */
  @Category('procedure')
  @Optional()
  @Uuid()
  opinionRequest?: string;

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
