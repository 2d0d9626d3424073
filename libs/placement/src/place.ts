import { AppError } from '@liaison/kernel';

/**
 * Where somebody is lodged. A minor in the care of the ASE, and a young adult under 21: with a registered carer or in an
 * authorised establishment; in a declared structure by way of exception, two months at most; never in a hotel (R24, CASF
 * L221-2-3). `hotel` is in the list so that its refusal can say why.
 */
export const LODGINGS = [
  'registered-carer',
  'authorised-establishment',
  'declared-structure',
  'hotel',
] as const;
export type Lodging = (typeof LODGINGS)[number];

export const CHILD_SEXES = ['female', 'male', 'undetermined'] as const;
export type ChildSex = (typeof CHILD_SEXES)[number];

export const SCHOOLINGS = ['school', 'vocational-training'] as const;
export type Schooling = (typeof SCHOOLINGS)[number];

/** Completed years, both ends included. */
export interface AgeBand {
  readonly from: number;
  readonly to: number;
}

/** What a shelter declares of one of its places. No address: matching needs none, and what is not there cannot leak (R23). */
export interface Place {
  readonly id: string;
  readonly lodging: Lodging;
  /** INSEE code of the département that it lies in. */
  readonly departement: string;
  /** Beds that nobody is in and that nobody holds. */
  readonly free: number;
  readonly ages: AgeBand;
  readonly sexes: readonly ('female' | 'male')[];
  /** ISO 639, as the children's are given. */
  readonly languages: readonly string[];
  /** The staff is trained on trafficking (S0, measure 10). */
  readonly trainedStaff: boolean;
  /** Secure place for those of the most structured networks (S0, measure 10; S1 I.5). */
  readonly secure: boolean;
  readonly schooling: readonly Schooling[];
}

/** @throws AppError `hotel-refused` (R24), `ages-reversed` */
export function requireDeclarable({ lodging, ages }: Pick<Place, 'lodging' | 'ages'>): void {
  if (lodging === 'hotel') {
    throw new AppError(
      'hotel-refused',
      'A hotel is no place for a minor or a young adult under 21 in care (R24, CASF L221-2-3): declare a registered ' +
        'carer or an authorised establishment.',
    );
  }
  if (ages.from > ages.to) {
    throw new AppError('ages-reversed', 'The first age is above the last: exchange them.');
  }
}
