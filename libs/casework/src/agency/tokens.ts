/** Injection tokens of what `AgencyModule` provides beside classes. */
export const AGENCY = Symbol('AGENCY');
export const BROKER = Symbol('BROKER');
export const CLOCK = Symbol('CLOCK');
export const DIRECTORY = Symbol('DIRECTORY');
export const MESSAGING = Symbol('MESSAGING');
export const PUBLISHED_CONVENTIONS = Symbol('PUBLISHED_CONVENTIONS');
