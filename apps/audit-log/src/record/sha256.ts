import { createHash } from 'node:crypto';

/** What commitments are made with. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
