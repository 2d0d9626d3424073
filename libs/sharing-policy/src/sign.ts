import { isMap, isSeq, parseDocument, stringify } from 'yaml';
import type { Sha256Hex } from './model';
import { conventionDigest, parseConvention } from './parse';

/** Who signs, for which party, on which day (`YYYY-MM-DD`). */
export interface Signing {
  readonly party: string;
  readonly by: string;
  readonly on: string;
}

/**
 * The text of a convention with one signature more, over what the text says without its signatures; an earlier one of
 * the same party gives way to it. Nothing else of the text changes, its comments and its form included.
 * @throws AppError `convention-invalid`: the convention does not load, or with this signature would not
 */
export function signed(text: string, fileName: string, signing: Signing, sha256: Sha256Hex): string {
  parseConvention(text, fileName, sha256);
  const digest = conventionDigest(text, fileName, sha256);
  const { party, by, on } = signing;
  const entry = ['party', 'by', 'on', 'digest'].map(
    (name, index) => `${name}: ${stringify([party, by, on, digest][index], { lineWidth: 0 }).trim()}`,
  );
  const changed = withEntry(text, party, entry);
  parseConvention(changed, fileName, sha256);
  return changed;
}

function withEntry(text: string, party: string, entry: readonly string[]): string {
  const list = parseDocument(text).get('signatures', true);
  if (!isSeq(list) || !list.range) return text;
  const replace = (from: number, to: number, by: string) => text.slice(0, from) + by + text.slice(to);
  const written = (indent: string) => entry.join(`\n${indent}  `);
  const same = list.items.find((item) => isMap(item) && item.get('party') === party);
  const last = list.items.at(-1);
  if (!isMap(last) || !last.range || list.flow) {
    // An empty list, or one on one line: written out, one signature below the other.
    const others = list.items
      .filter((item) => item !== same)
      .flatMap((item) => (isMap(item) && item.range ? [text.slice(item.range[0], item.range[1])] : []));
    const lines = [...others, written('  ')].map((item) => `\n  - ${item}`);
    return replace(list.range[0], list.range[1], lines.join('')).replace(/^signatures: \n/m, 'signatures:\n');
  }
  const indent = ' '.repeat(columnOf(text, list.range[0]));
  if (isMap(same) && same.range) {
    const [from, to] = same.range;
    return replace(from, from + text.slice(from, to).trimEnd().length, written(indent));
  }
  const end = last.range[0] + text.slice(last.range[0], last.range[1]).trimEnd().length;
  return replace(end, end, `\n${indent}- ${written(indent)}`);
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
