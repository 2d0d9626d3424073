import { renameSync, writeFileSync } from 'node:fs';
import { parseConvention, signed } from '@liaison/sharing-policy';
import type { Output } from '../output';
import { readText, sha256 } from './convention-set';

export interface SignOptions {
  readonly party: string;
  readonly by: string;
  /** `YYYY-MM-DD` */
  readonly on: string;
}

/**
 * Adds a signature to the file of a convention.
 * @throws AppError `conventions-unreadable`, `convention-invalid`
 */
export function signFile(file: string, options: SignOptions, output: Output): void {
  const text = signed(readText(file), file, options, sha256);
  // Whoever reads meanwhile sees the old text or the new one.
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  const { digest, parties, signatures, signedOn } = parseConvention(text, file, sha256);
  const missing = parties
    .map(({ id }) => id)
    .filter((id) => !signatures.some(({ party, valid }) => party === id && valid));
  output.say(`${file}: signed for ${options.party} over ${digest}`);
  output.say(signedOn ? 'Every party has signed this text.' : `Still to sign: ${missing.join(', ')}`);
  output.result({ digest, signedOn: signedOn ?? null, missing });
}
