import { sha256 as digestOf } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** What a page loads: the library, and a hash of its own, for a browser's cannot be waited for in a decision. */
export * from './index';
export const sha256 = (text: string): string => bytesToHex(digestOf(new TextEncoder().encode(text)));
