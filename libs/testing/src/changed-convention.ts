import { conventionDigest } from '@liaison/sharing-policy';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONVENTIONS = join(__dirname, '..', '..', '..', 'conventions');

/** The newest version of a convention of the repository, as envelopes and provenance name it: `id@version`. */
export const currentConvention = (id: string): string => `${id}@${newest(id)}`;

/** The same as its file's name. */
export const currentConventionFile = (id: string): string => `${id}.v${newest(id)}.yaml`;

/**
 * A copy of the repository's conventions, or of another folder's, in which one says something else, signed anew by its parties. One
 * that is given another `id` stands beside what it was made of.
 * @param id its newest version is changed
 * @returns the folder; whoever asked for it removes it
 */
export function changedConvention(
  id: string,
  change: (text: string) => string,
  from: string = CONVENTIONS,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'conventions-'));
  cpSync(from, folder, { recursive: true });
  const model = currentConventionFile(id);
  const text = change(readFileSync(join(folder, model), 'utf8'));
  const name = model.replace(id, /^id: (.+)$/m.exec(text)?.[1] ?? id);
  const digest = conventionDigest(text, name, (signed) => createHash('sha256').update(signed).digest('hex'));
  writeFileSync(join(folder, name), text.replaceAll(/^( +digest:) [0-9a-f]{64}$/gm, `$1 ${digest}`));
  return folder;
}

function newest(id: string): number {
  const versions = readdirSync(CONVENTIONS).flatMap((name) =>
    name.startsWith(`${id}.v`) ? [Number(/^\.v(\d+)\.yaml$/.exec(name.slice(id.length))?.[1])] : [],
  );
  if (versions.length === 0) throw new Error(`no convention is called ${id}`);
  return Math.max(...versions);
}
