import { conventionDigest } from '@liaison/sharing-policy';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONVENTIONS = join(__dirname, '..', '..', '..', 'conventions');

/**
 * A copy of the repository's conventions, or of another folder's, in which one says something else, signed anew by its parties.
 * @returns the folder; whoever asked for it removes it
 */
export function changedConvention(
  name: string,
  change: (text: string) => string,
  from: string = CONVENTIONS,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'conventions-'));
  cpSync(from, folder, { recursive: true });
  const file = join(folder, name);
  const text = change(readFileSync(file, 'utf8'));
  const digest = conventionDigest(text, name, (signed) => createHash('sha256').update(signed).digest('hex'));
  writeFileSync(file, text.replaceAll(/^( +digest:) [0-9a-f]{64}$/gm, `$1 ${digest}`));
  return folder;
}
