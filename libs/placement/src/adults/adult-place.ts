import { AppError } from '@liaison/kernel';
import { seatOf } from '../departement-seats';
import { kmBetween } from '../distance';
import { DISTANCES } from '../matching';

/** A place for adults, by the département it lies in: where exactly is its own (R23). */
export interface AdultPlace {
  readonly id: string;
  readonly departement: string;
  /** One of the five of measure 8: in Paris, for those who cooperate with justice. */
  readonly emergency: boolean;
  /** The house of the AFJ: whom the police send there is not evaluated (S2 4.1.3). */
  readonly takesFromPolice: boolean;
}

/** Measure 8: so many emergency places there are, in Paris. */
export const EMERGENCY_PLACES = 5;
const PARIS = '75';

/**
 * What a shelter may declare as one of the emergency places.
 * @throws AppError `emergency-place-elsewhere`, `emergency-places-too-many`
 */
export function requireDeclarableAdultPlace({
  departement,
  emergency,
  capacity,
}: Pick<AdultPlace, 'departement' | 'emergency'> & { readonly capacity: number }): void {
  if (!emergency) return;
  if (departement !== PARIS) {
    throw new AppError(
      'emergency-place-elsewhere',
      'The emergency places of measure 8 are in Paris (75): declare it as any other place of the scheme.',
    );
  }
  if (capacity > EMERGENCY_PLACES) {
    throw new AppError(
      'emergency-places-too-many',
      `The convention of measure 8 is for ${EMERGENCY_PLACES} places in all: declare what is beyond them as other places of the scheme.`,
    );
  }
}

/**
 * However many beds shelters say are free: five people at most have one of these places, or are asked one for.
 * @param taken people who do
 * @throws AppError `emergency-places-full`
 */
export function requireEmergencyPlaceLeft(taken: number): void {
  if (taken < EMERGENCY_PLACES) return;
  throw new AppError(
    'emergency-places-full',
    `All ${EMERGENCY_PLACES} emergency places of Paris are taken or asked for: propose another place of the scheme.`,
  );
}

/**
 * Never a département of exploitation, nor near one (R25), by the distances of minors. The emergency places of Paris are set apart
 * by their convention (measure 8), for those who cooperate with justice.
 * @throws AppError `emergency-place-refused`, `place-near-exploitation`
 */
export function requireFarEnough(
  { departement, emergency }: AdultPlace,
  exploitation: readonly string[],
  procedureOpen: boolean,
): void {
  if (emergency) {
    if (procedureOpen) return;
    throw new AppError(
      'emergency-place-refused',
      'The emergency places of Paris are for those who cooperate with justice, by their convention (measure 8); any other place of the scheme is for everybody.',
    );
  }
  if (exploitation.every((each) => isFar(departement, each))) return;
  throw new AppError(
    'place-near-exploitation',
    `The place lies in a département of exploitation, or less than ${DISTANCES.least} km from one (R25): propose another.`,
  );
}

function isFar(departement: string, exploitation: string): boolean {
  if (departement === exploitation) return false;
  const [here, there] = [seatOf(departement), seatOf(exploitation)];
  return here !== undefined && there !== undefined && kmBetween(here, there) >= DISTANCES.least;
}
