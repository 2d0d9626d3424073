import { type CaseFacts, isContactPoint } from '@liaison/casework';
import type { Recipient } from '@liaison/messaging';
import type { Draft } from './notice';

/** A day; a year, a month or an age band leave the age unknown. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The facts that decisions about a notice rest on. The established birth date comes before the declared one, and none is
 * relied on where the author says that the person is a minor: an age in doubt is unknown, and unknown protects (R15).
 * Protection is what the author states, so that no measure stated is one known not to be there.
 * @param before what the person agreed to, and whom it was addressed to, stands whatever is written anew
 */
export function factsOf(
  { content, protection }: Draft,
  before?: Pick<CaseFacts, 'consents' | 'namedContact'>,
): CaseFacts {
  const { real, declared } = content.civilStatus ?? {};
  const birthDate = real?.birthDate ?? declared?.birthDate;
  const relied = birthDate !== undefined && DAY.test(birthDate) && content.vulnerability?.minor !== true;
  const departement = content.procedure?.departement;
  return {
    ...(departement !== undefined && { departement }),
    ...(relied && { birthDate }),
    protectedIdentity: protection.identity,
    protectedAddress: protection.address,
    ...(before?.consents && { consents: before.consents }),
    ...(before?.namedContact && { namedContact: before.namedContact }),
  };
}

/** With whom of the recipients the author has addressed at a contact point for notices: somebody there is responsible by name. */
export function withContacts(facts: CaseFacts, recipients: readonly Recipient[]): CaseFacts {
  const named = recipients
    .filter(({ agency, unit }) => isContactPoint(agency, unit))
    .map(({ agency }) => agency.id);
  const namedContact = [...new Set([...(facts.namedContact ?? []), ...named])];
  return namedContact.length === 0 ? facts : { ...facts, namedContact };
}

/** Whether something may be hidden under the new facts that may not have been under the old. */
export function protectsMore(before: CaseFacts, now: CaseFacts): boolean {
  return (
    (now.protectedIdentity !== false && before.protectedIdentity === false) ||
    (now.protectedAddress !== false && before.protectedAddress === false) ||
    now.birthDate !== before.birthDate
  );
}
