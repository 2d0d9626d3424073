/** Who may read what the unit holds. */
export const READERS = ['officer', 'supervisor', 'caseworker'] as const;
/** Who may write and issue notices. */
export const AUTHORS = ['officer', 'supervisor'] as const;
