/** The greatest sequence of one case towards one recipient: a 32-bit integer in the databases. */
export const LAST_SEQUENCE = 2_147_483_647;
