/** The closed list of categories that a convention may name instead of single fields. */
export const CATEGORIES = [
  'real-identity',
  'declared-identity',
  'contact',
  'address',
  'travel',
  'exploitation',
  'free-text',
  'means-of-control',
  'vulnerability',
  'health',
  'steps',
  'assessment',
  'procedure',
  'dates',
  'attachment',
] as const;
export type FieldCategory = (typeof CATEGORIES)[number];

/** What a release can rest on, and whose end can change what was shared before. */
export const SHARE_GROUNDS = ['age', 'consent', 'protection', 'relation', 'convention'] as const;
export type ShareGround = (typeof SHARE_GROUNDS)[number];
