import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode, LanguageCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Flag, ListOf, OneOf, Optional, Section, Timestamp, Uuid, WholeNumber } from '../rules';
import { PLACE_SCHOOLINGS } from './place-declared.v1';

export const PLACEMENT_OFFERED = 'liaison.placement.offered.v1';

export const OFFERED_SEXES = ['female', 'male', 'undetermined'] as const;

/**
 * `needed`: a secure place, for a child of one of the most structured networks. `refused`: so it would be, and the child does not
 * want one (S0, measure 10).
 */
export const OFFERED_SECURE = ['needed', 'refused', 'not-needed'] as const;

export const MOST_SIBLINGS = 10;

/** Completed years that a child may have, both ends included. */
export class ChildAges {
  @Category('declared-identity')
  @WholeNumber(0, 20)
  from: number;

  @Category('declared-identity')
  @WholeNumber(0, 20)
  to: number;
}

/** What a place has to be like for one child. No name: a shelter that has not accepted does not know who it is. */
export class OfferedChild {
  @Section(() => ChildAges)
  ages: ChildAges;

  @Category('declared-identity')
  @OneOf(OFFERED_SEXES)
  sex: (typeof OFFERED_SEXES)[number];

  /** Empty where nobody knows. */
  @Category('declared-identity')
  @LanguageCode({ list: 20 })
  languages: string[];

  @Category('steps')
  @Optional()
  @OneOf(PLACE_SCHOOLINGS)
  schooling?: (typeof PLACE_SCHOOLINGS)[number];
}

/** For the caseworker who looks for a place; a shelter is not told where the network is. */
export class KeptAway {
  @Category('exploitation')
  @DepartementCode({ list: 40 })
  departements: string[];
}

/** Child protection asks a shelter for one of its places: what is needed, not for whom. */
@EventPayload(PLACEMENT_OFFERED)
@JSONSchema({ title: 'Placement offered' })
export class PlacementOfferedV1 {
  /** As shelter and asker know it: the `subject` of its declarations. */
  @Category('procedure')
  @Uuid()
  place: string;

  /** One child, or siblings who stay together. */
  @ListOf(() => OfferedChild, { min: 1, max: MOST_SIBLINGS })
  children: OfferedChild[];

  @Category('vulnerability')
  @OneOf(OFFERED_SECURE)
  secure: (typeof OFFERED_SECURE)[number];

  @Optional()
  @Section(() => KeptAway)
  exploitation?: KeptAway;

  /** A judge ordered it. */
  @Category('procedure')
  @Flag()
  ordered: boolean;

  /** From then on nobody waits for an answer, and the beds are free for others. */
  @Category('dates')
  @Timestamp()
  answerBy: string;
}
