/** How a place answers one criterion. `unknown`: what the criterion asks about is not known of the child. */
export type Outcome = 'met' | 'partly' | 'unmet' | 'unknown';

/**
 * What a place is asked, the most important first: places that fit are ordered by the first criterion that they answer
 * differently. A place fits where it meets every required one, at least in part.
 */
const ASKED = {
  /** Never a hotel. */
  lodging: { required: true, rule: 'R24' },
  /** Never a département of exploitation. */
  departement: { required: true, rule: 'R25' },
  /** Far from all of them. */
  distance: { required: true, rule: 'R25' },
  /** Not a place that the network knows, nor that of a sibling who must live elsewhere. */
  avoided: { required: true, rule: 'R29' },
  beds: { required: true },
  siblings: { required: true },
  age: { required: true, rule: 'R15' },
  sex: { required: true },
  secure: { required: true, rule: 'S0 measure 10' },
  training: { required: false, rule: 'S0 measure 10' },
  languages: { required: false },
  schooling: { required: false, rule: 'S0 measure 10' },
} as const satisfies Record<string, { readonly required: boolean; readonly rule?: string }>;

export type Criterion = keyof typeof ASKED;
export const CRITERIA = Object.keys(ASKED) as readonly Criterion[];

/** Why a place fits or does not, by one criterion. */
export interface Reason {
  readonly criterion: Criterion;
  /** A place that does not meet it does not fit. */
  readonly required: boolean;
  readonly outcome: Outcome;
  /** Rule or source that the criterion rests on; absent: what the shelter declares and the child needs. */
  readonly rule: string | undefined;
  /** For people; names nobody, and no place beyond its département. */
  readonly says: string;
}

/** Made once and shared: ten thousand places give a hundred thousand reasons. */
function reason(criterion: Criterion, outcome: Outcome, says: string): Reason {
  const { required, rule }: { readonly required: boolean; readonly rule?: string } = ASKED[criterion];
  return Object.freeze({ criterion, required, outcome, rule, says });
}

export const REASONS = {
  lodging: {
    carer: reason('lodging', 'met', 'A registered carer.'),
    establishment: reason('lodging', 'met', 'An authorised establishment.'),
    structure: reason('lodging', 'partly', 'A declared structure: by way of exception, two months at most.'),
    hotel: reason('lodging', 'unmet', 'A hotel: never for a minor.'),
  },
  departement: {
    elsewhere: reason('departement', 'met', 'Not in a département of exploitation.'),
    same: reason('departement', 'unmet', 'In a département of exploitation.'),
    unknown: reason(
      'departement',
      'unknown',
      'No département of exploitation is known: ask before you place.',
    ),
  },
  distance: {
    far: reason('distance', 'met', 'Far from every département of exploitation.'),
    tooFar: reason(
      'distance',
      'partly',
      'So far that hearings and those who follow the child are out of reach.',
    ),
    near: reason('distance', 'unmet', 'Too near to a département of exploitation.'),
    unlocated: reason('distance', 'unmet', 'Nobody knows how far it is: the département is not on the map.'),
    unknown: reason('distance', 'unknown', 'No département of exploitation is known: ask before you place.'),
  },
  avoided: {
    none: reason('avoided', 'met', 'No reason to keep away from this place.'),
    'known-to-network': reason('avoided', 'unmet', 'The network knows this place.'),
    'sibling-apart': reason(
      'avoided',
      'unmet',
      'A sibling is there, and living together is contrary to their interest.',
    ),
  },
  beds: {
    free: reason('beds', 'met', 'There is a free bed.'),
    full: reason('beds', 'unmet', 'No bed is free.'),
  },
  siblings: {
    alone: reason('siblings', 'met', 'The child is placed alone.'),
    together: reason('siblings', 'met', 'Takes the siblings together.'),
    separated: reason(
      'siblings',
      'unmet',
      'Has fewer free beds than there are siblings: it would separate them.',
    ),
  },
  age: {
    within: reason('age', 'met', 'Takes that age.'),
    perhaps: reason('age', 'partly', 'Takes a part of the ages that the child may have.'),
    outside: reason('age', 'unmet', 'Does not take that age.'),
  },
  sex: {
    taken: reason('sex', 'met', 'Takes children of that sex.'),
    perhaps: reason('sex', 'partly', 'Takes one sex only, and the child’s is not determined.'),
    refused: reason('sex', 'unmet', 'Does not take children of that sex.'),
  },
  secure: {
    secure: reason('secure', 'met', 'A secure place, for a child of a most structured network.'),
    open: reason('secure', 'unmet', 'Not secure, and the child comes from a most structured network.'),
    unwanted: reason(
      'secure',
      'unmet',
      'A secure place, which rests on the child’s will: the child refuses it.',
    ),
    spared: reason(
      'secure',
      'partly',
      'A secure place, which those of the most structured networks need more.',
    ),
    notNeeded: reason('secure', 'met', 'Not secure, and none is needed.'),
  },
  training: {
    trained: reason('training', 'met', 'The staff is trained on trafficking.'),
    untrained: reason('training', 'unmet', 'The staff is not trained on trafficking.'),
  },
  languages: {
    all: reason('languages', 'met', 'Somebody there speaks a language of each child.'),
    some: reason('languages', 'partly', 'Nobody there speaks a language of one of the children.'),
    none: reason(
      'languages',
      'unmet',
      'Nobody there speaks a language of the child: an interpreter is needed.',
    ),
    unknown: reason('languages', 'unknown', 'The child’s languages are not known.'),
  },
  schooling: {
    given: reason('schooling', 'met', 'Gives the schooling that is needed.'),
    partly: reason('schooling', 'partly', 'Gives the schooling that one of the children needs.'),
    missing: reason('schooling', 'unmet', 'Does not give the schooling that is needed.'),
    notNeeded: reason('schooling', 'met', 'No schooling is asked for.'),
  },
} as const;
