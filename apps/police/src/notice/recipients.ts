import { AppError, type Agency, type Directory } from '@liaison/kernel';
import type { Recipient } from '@liaison/messaging';

/** A recipient as a caller names it. */
export interface NamedRecipient {
  readonly agency: string;
  /** Unit or contact point inside it. */
  readonly unit?: string | null;
}

const COMPETENT_KIND = 'prefecture';

/**
 * Whom a notice is for: who is named, else the préfectures that the directory holds competent for the département.
 * Whether they may have it is the conventions' to say, not decided here.
 * @throws AppError `no-competent-prefecture`, `recipient-unknown`, `recipient-is-own-agency`, `recipient-repeated`
 */
export function recipientsOf(
  directory: Directory,
  own: Agency,
  departement: string,
  named: readonly NamedRecipient[] | null | undefined,
): readonly Recipient[] {
  if (!named || named.length === 0) {
    const competent = directory.competentAgencies(COMPETENT_KIND, departement);
    if (competent.length > 0) return competent.map((agency) => ({ agency }));
    throw new AppError(
      'no-competent-prefecture',
      `The directory has no préfecture for the département ${departement}: name the recipients, or correct it.`,
    );
  }
  if (new Set(named.map(({ agency }) => agency)).size < named.length) {
    throw new AppError('recipient-repeated', 'Name each agency once.');
  }
  return named.map((recipient) => recipientOf(directory, own, recipient));
}

function recipientOf(directory: Directory, own: Agency, { agency: id, unit }: NamedRecipient): Recipient {
  if (id === own.id) {
    throw new AppError('recipient-is-own-agency', 'A notice goes to other agencies: yours holds it already.');
  }
  const agency = directory.findAgency(id);
  if (!agency) throw unknown('An agency');
  if (unit === undefined || unit === null) return { agency };
  if (![...agency.units, ...agency.contactPoints].some((entry) => entry.id === unit)) {
    throw unknown('A unit or contact point');
  }
  return { agency, unit };
}

/** What was named is not repeated: it came from outside and may be anything. */
function unknown(what: string): AppError {
  return new AppError(
    'recipient-unknown',
    `${what} among the recipients is not in the directory: correct its id.`,
  );
}
