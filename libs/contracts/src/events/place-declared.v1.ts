import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode, LanguageCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Flag, OneOf, Section, Timestamp, WholeNumber } from '../rules';

export const PLACE_DECLARED = 'liaison.place.declared.v1';

/** Where a minor in care is lodged (CASF L221-2-3). A hotel cannot be said (R24). */
export const DECLARED_LODGINGS = [
  'registered-carer',
  'authorised-establishment',
  'declared-structure',
] as const;
export type DeclaredLodging = (typeof DECLARED_LODGINGS)[number];

export const PLACE_SEXES = ['female', 'male'] as const;
export const PLACE_SCHOOLINGS = ['school', 'vocational-training'] as const;

/** Children up to seventeen, young adults in care up to twenty. */
const OLDEST = 20;
/** Of one place. */
export const MOST_BEDS = 200;

/** Completed years, both ends included. */
export class TakenAges {
  @Category('procedure')
  @WholeNumber(0, OLDEST)
  from: number;

  @Category('procedure')
  @WholeNumber(0, OLDEST)
  to: number;
}

/**
 * What a shelter says of one of its places to whoever places children: the whole of it, each time. Nobody who lives there
 * is in it, and no address: that reaches only those who take a child there (R23). The place is known by the envelope's
 * `subject`, to each recipient by another.
 */
@EventPayload(PLACE_DECLARED)
@JSONSchema({ title: 'Place declared' })
export class PlaceDeclaredV1 {
  /** Nobody is taken there any more where it is false; whoever is there stays. */
  @Category('procedure')
  @Flag()
  open: boolean;

  @Category('procedure')
  @OneOf(DECLARED_LODGINGS)
  lodging: DeclaredLodging;

  @Category('procedure')
  @DepartementCode()
  departement: string;

  /** Beds that nobody is in and that nobody holds. */
  @Category('procedure')
  @WholeNumber(0, MOST_BEDS)
  free: number;

  @Section(() => TakenAges)
  ages: TakenAges;

  @Category('procedure')
  @OneOf(PLACE_SEXES, { list: PLACE_SEXES.length })
  sexes: (typeof PLACE_SEXES)[number][];

  /** That somebody there speaks. */
  @Category('procedure')
  @LanguageCode({ list: 40 })
  languages: string[];

  /** On trafficking (S0, measure 10). */
  @Category('procedure')
  @Flag()
  trainedStaff: boolean;

  /** For those of the most structured networks (S0, measure 10; S1 I.5). */
  @Category('procedure')
  @Flag()
  secure: boolean;

  @Category('procedure')
  @OneOf(PLACE_SCHOOLINGS, { list: PLACE_SCHOOLINGS.length })
  schooling: (typeof PLACE_SCHOOLINGS)[number][];

  @Category('dates')
  @Timestamp()
  declaredAt: string;
}
