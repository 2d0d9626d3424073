/** Who works here: whoever may read what the unit holds. */
export const CASEWORKERS = ['caseworker', 'supervisor'] as const;
