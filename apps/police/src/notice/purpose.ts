import type { Agency } from '@liaison/kernel';
import type { Recipient } from '@liaison/messaging';

/** The purpose of what a service holds of a notice itself, as the conventions name it. */
export const PURPOSE = 'residence-of-victims';

/** For what each kind of recipient is told of a person: conventions are for a purpose, and another is denied (R04). */
const PURPOSES: Readonly<Record<string, string>> = {
  prefecture: PURPOSE,
  ase: 'protection-of-minors',
  association: 'orientation-of-adults',
  justice: 'prosecution-of-traffickers',
};

/** Of a kind that no notice is meant for it is the notice's own: the conventions say that nothing leaves. */
export const purposeTo = ({ kind }: Pick<Agency, 'kind'>): string => PURPOSES[kind] ?? PURPOSE;

/** What one document of a case is said for. */
export interface Addressed {
  readonly purpose: string;
  readonly recipients: readonly Recipient[];
}

/** A document has one purpose: who gets the same for another gets a document of its own. In the order of the recipients. */
export function byPurpose(recipients: readonly Recipient[]): readonly Addressed[] {
  const purposes = [...new Set(recipients.map(({ agency }) => purposeTo(agency)))];
  return purposes.map((purpose) => ({
    purpose,
    recipients: recipients.filter(({ agency }) => purposeTo(agency) === purpose),
  }));
}
