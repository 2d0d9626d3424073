import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode, LanguageCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Flag, OneOf, Timestamp, WholeNumber } from '../rules';
import { MOST_BEDS, PLACE_SEXES } from './place-declared.v1';

export const ADULT_PLACE_DECLARED = 'liaison.adult-place.declared.v1';

/**
 * What a shelter of the network (Ac.Sé) says of one of its places for adults to the coordination: the whole of it, each time. Nobody
 * who lives there is in it, and no address (R23). The place is known by the envelope's `subject`.
 */
@EventPayload(ADULT_PLACE_DECLARED)
@JSONSchema({ title: 'Adult place declared' })
export class AdultPlaceDeclaredV1 {
  /** Nobody is taken there any more where it is false; whoever is there stays. */
  @Category('procedure')
  @Flag()
  open: boolean;

  @Category('procedure')
  @DepartementCode()
  departement: string;

  /** Beds that nobody is in and that nobody holds. */
  @Category('procedure')
  @WholeNumber(0, MOST_BEDS)
  free: number;

  @Category('procedure')
  @OneOf(PLACE_SEXES, { list: PLACE_SEXES.length })
  sexes: (typeof PLACE_SEXES)[number][];

  /** That somebody there speaks. */
  @Category('procedure')
  @LanguageCode({ list: 40 })
  languages: string[];

  /** One of the emergency places of Paris, for those who cooperate with justice (measure 8). */
  @Category('procedure')
  @Flag()
  emergency: boolean;

  /** Whom the police send there is not evaluated first (S2 4.1.3). */
  @Category('procedure')
  @Flag()
  takesFromPolice: boolean;

  @Category('dates')
  @Timestamp()
  declaredAt: string;
}
