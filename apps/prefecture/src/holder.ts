/** To whom the préfecture makes a document out, as it stood on that day. */
export interface Holder {
  readonly familyName: string;
  readonly givenNames?: string;
  readonly birthDate?: string;
  readonly birthPlace?: string;
  /** ISO 3166-1 alpha-2 */
  readonly nationality?: string;
}

/** Of what the policy let through: nothing without a name. */
export const shownHolder = (holder: Partial<Holder> | undefined): Holder | null => {
  const { familyName } = holder ?? {};
  return familyName === undefined ? null : { ...holder, familyName };
};

interface Identity {
  readonly familyName?: string;
  readonly givenNames?: readonly string[];
  readonly birthDate?: string;
  readonly birthPlace?: string;
  readonly nationalities?: readonly string[];
}

/** From a notice as it was received: the established identity before the declared one. Nothing without a family name. */
export function holderOf(content: {
  readonly civilStatus?: { readonly real?: Identity; readonly declared?: Identity };
}): Holder | undefined {
  const { real, declared } = content.civilStatus ?? {};
  const identity = real?.familyName ? real : declared;
  if (!identity?.familyName) return undefined;
  const { familyName, givenNames = [], birthDate, birthPlace, nationalities = [] } = identity;
  return {
    familyName,
    ...(givenNames.length > 0 && { givenNames: givenNames.join(' ') }),
    ...(birthDate && /^\d{4}/.test(birthDate) && { birthDate }),
    ...(birthPlace && { birthPlace }),
    ...(nationalities[0] && { nationality: nationalities[0] }),
  };
}
