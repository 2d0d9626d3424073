import { type OrientationRequestedV1 } from '@liaison/contracts';
import { AppError, type Agency, type Day, type Directory } from '@liaison/kernel';
import {
  ageOn,
  bandOf,
  type Consents,
  decideConsent,
  evolveConsent,
  type GivenConsent,
  requireOrientable,
} from '@liaison/placement';
import { type CaseFacts } from '../policy/case-facts';
import { ORIENTATION_CONTACT } from '../policy/relations';

export const ORIENTATION_PURPOSE = 'orientation-of-adults';

/** What whoever asks says; the rest of the document follows from it. */
export type OrientationSaid = Omit<OrientationRequestedV1, 'needs' | 'requestedAt'> & {
  readonly needs: Omit<OrientationRequestedV1['needs'], 'ageBand'>;
};

/** What stays with whoever asks. */
export interface OrientedPerson {
  /** `YYYY-MM-DD`; absent where nobody relies on one: then the age is unknown (R15). */
  readonly birthDate?: Day;
  /** INSEE code of the département where the person is. */
  readonly departement: string;
  /** What measures hide, as far as the author knows (CPP 706-57, 706-62-2). */
  readonly protection: { readonly identity: boolean; readonly address: boolean };
}

/**
 * The agency that looks for places for adults, as the directory has it: the one with a contact point for it.
 * @throws AppError `coordination-missing`
 */
export function coordinationIn(directory: Directory): { readonly agency: Agency; readonly contact: string } {
  for (const agency of directory.agencies()) {
    const contact = agency.contactPoints.find(({ purpose }) => purpose === ORIENTATION_CONTACT);
    if (contact) return { agency, contact: contact.id };
  }
  throw new AppError(
    'coordination-missing',
    'The directory names no contact point for the orientation of adults: tell the operators.',
  );
}

/**
 * A request for an adult who consents. A band goes out and no birth date (R30).
 * @returns its document, and the consent that it rests on
 * @throws AppError `orientation-of-minor` (R15, R30), `orientation-not-needed`, `day-in-the-future`
 */
export function requestOf(
  said: OrientationSaid,
  { birthDate, departement }: OrientedPerson,
  { at, today, explainedBy, directory }: Asking,
): { readonly document: OrientationRequestedV1; readonly consents: Consents } {
  const age = birthDate === undefined ? undefined : ageOn(birthDate, today);
  const ageBand = age === undefined ? undefined : bandOf(age);
  const { form, on, language, explainedBy: capacity } = said.consent;
  const consent: GivenConsent = { scope: 'orientation', form, on, language, explainedBy, capacity };
  const { endangered, needsDistance } = said;
  const asked = {
    age: age === undefined ? 'unknown' : ageBand === undefined ? 'minor' : 'adult',
    endangered,
    needsDistance,
  } as const;
  if (ageBand === undefined) {
    // The consent is not looked at: that of a minor opens nothing here (R16).
    throw pointedToAse(() => requireOrientable(asked, []), directory, departement);
  }
  const consents = evolveConsent(undefined, decideConsent(undefined, { type: 'give', today, consent }));
  requireOrientable(asked, consents);
  return {
    document: { ...said, needs: { ...said.needs, ageBand }, requestedAt: at.toISOString() },
    consents,
  };
}

interface Asking {
  readonly at: Date;
  /** Of the département where the person is. */
  readonly today: Day;
  /** Pseudonym. */
  readonly explainedBy: string;
  readonly directory: Directory;
}

/** The refusal of a minor, with who shelters them there. */
function pointedToAse(refused: () => void, directory: Directory, departement: string): unknown {
  try {
    refused();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'orientation-of-minor') return error;
    const ase = directory
      .agencies()
      .find(({ kind, competentFor }) => kind === 'ase' && competentFor.includes(departement));
    const who = ase ? ` There it is ${ase.name} (${ase.id}): POST /v1/referrals.` : '';
    return new AppError(error.code, `${error.message}${who}`);
  }
  return new TypeError('a minor is refused');
}

/** What decisions about the request rest on, beside what the person has said of telling others. */
export const factsOfRequest = (
  { birthDate, departement, protection }: OrientedPerson,
  coordination: Agency,
): CaseFacts => ({
  ...(birthDate !== undefined && { birthDate }),
  departement,
  namedContact: [coordination.id],
  protectedIdentity: protection.identity,
  protectedAddress: protection.address,
});

export const noSuchOrientation = () =>
  new AppError('orientation-not-found', 'Your unit has no such request for orientation.');
