/** Who may read what the préfecture holds. */
export const READERS = ['desk', 'supervisor', 'caseworker'] as const;
/** Who may decide. */
export const DECIDERS = ['desk', 'supervisor'] as const;
/** Who may open in an emergency what is withheld from them; a supervisor reviews it. */
export const BREAKERS = ['caseworker', 'desk'] as const;
/** Who follows persons: of what associations tell with somebody's consent, the convention lets these read. */
export const CASEWORKERS = ['caseworker', 'supervisor'] as const;
