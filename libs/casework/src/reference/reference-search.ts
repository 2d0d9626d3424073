import type { CodeList } from '@liaison/contracts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { foldName } from '../names/fold-name';
import { COMMUNE_KINDS, itemOf, type ListedCode, listedLines } from './code-lists';

export interface ReferenceQuery {
  /** A code, a postal code, or a part of a name; empty: everything. */
  readonly text: string;
  /** Communes of this département only. */
  readonly departement?: string;
  readonly limit: number;
}

interface Searchable {
  /** As the file has it: what is found becomes an object, not the other tens of thousands. */
  readonly line: string;
  /** Its name in the normal form, with a space before each word. */
  readonly folded: string;
}

/** Names in one turn of the event loop: some milliseconds. */
const AT_ONCE = 200;
const prepared = new Map<CodeList, Promise<readonly Searchable[]>>();

/**
 * The best first: the code itself, then names that begin with the text, then those in which a word does; accents, case,
 * hyphens and the abbreviations St and Ste do not count.
 */
export async function searchReference(
  list: CodeList,
  { text, departement, limit }: ReferenceQuery,
): Promise<readonly ListedCode[]> {
  let all = prepared.get(list);
  if (!all) prepared.set(list, (all = prepare(list)));
  const folded = foldPlace(text);
  const ranked: (readonly [number, ListedCode, string])[] = [];
  for (const { line, folded: name } of await all) {
    if (departement !== undefined && !line.includes(`\t${departement}\t`)) continue;
    const rank = rankOf(line, name, folded);
    if (rank !== undefined) ranked.push([rank, itemOf(list, line), name]);
  }
  ranked.sort(([a, one, x], [b, other, y]) => {
    return a - b || kindOf(one) - kindOf(other) || compare(x, y) || compare(one.code, other.code);
  });
  return ranked.slice(0, limit).map(([, item]) => item);
}

async function prepare(list: CodeList): Promise<readonly Searchable[]> {
  const all: Searchable[] = [];
  for (const line of listedLines(list)) {
    all.push({ line, folded: ` ${foldPlace(itemOf(list, line).name)}` });
    if (all.length % AT_ONCE === 0) await nextTurn();
  }
  return all;
}

function rankOf(line: string, name: string, text: string): number | undefined {
  if (text === '') return 3;
  if (CODE.test(text)) {
    const [code = '', , ...others] = line.split('\t');
    if (code.toLowerCase() === text) return 0;
    // A language's other code, a commune's postal codes.
    if (others.join(' ').split(' ').includes(text)) return 1;
  }
  if (name === ` ${text}`) return 2;
  if (name.startsWith(` ${text}`)) return 3;
  if (name.includes(` ${text}`)) return 4;
  return name.includes(text) && text.length > 2 ? 5 : undefined;
}

/** Of any of the lists, or postal. */
const CODE = /^(\d[\dab]\d{0,3}|[a-z]{2,3})$/;
const foldPlace = (name: string): string =>
  foldName(name).replace(/\b(ste?)\b/g, (short) => (short === 'st' ? 'saint' : 'sainte'));
const kindOf = ({ kind }: ListedCode): number => (kind ? COMMUNE_KINDS.indexOf(kind) : 0);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
