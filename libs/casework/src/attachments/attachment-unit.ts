/** Injection token: the unit that sees what names none. */
export const ATTACHMENT_UNIT = Symbol('ATTACHMENT_UNIT');
