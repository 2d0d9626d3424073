/** Who may read what the préfecture holds. */
export const READERS = ['desk', 'supervisor', 'caseworker'] as const;
/** Who may decide. */
export const DECIDERS = ['desk', 'supervisor'] as const;
