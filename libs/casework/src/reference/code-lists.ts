import type { CodeList } from '@liaison/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a list. */
export interface ListedCode {
  readonly code: string;
  readonly name: string;
  /** Other codes of the same thing: of a language with two letters, the one with three. */
  readonly alsoCode?: string;
  /** Of a commune. */
  readonly kind?: CommuneKind;
  readonly departement?: string;
  readonly postalCodes?: readonly string[];
}

/** `deleguee` and `associee` are parts of a commune that were communes before. */
export const COMMUNE_KINDS = ['actuelle', 'arrondissement', 'deleguee', 'associee'] as const;
export type CommuneKind = (typeof COMMUNE_KINDS)[number];

const DATA = join(__dirname, '..', '..', 'data');
/** The line of each code as the file has it, which is a tenth of what it takes as objects. */
const loaded = new Map<CodeList, ReadonlyMap<string, string>>();

/** Is it in the list as it stands today? */
export const isListed = (list: CodeList, code: string): boolean => linesOf(list).has(code);

/** In French; nothing for a code that is none. */
export function nameOfCode(list: CodeList, code: string): string | undefined {
  const line = linesOf(list).get(code);
  return line === undefined ? undefined : itemOf(list, line).name;
}

/** INSEE code of the département that a commune lies in; nothing for a code that is none. */
export function departementOfCommune(code: string): string | undefined {
  const line = linesOf('communes').get(code);
  return line === undefined ? undefined : communeOf(line).departement;
}

/** Everything in a list, in the order of the codes. */
export const listedCodes = (list: CodeList): readonly ListedCode[] =>
  listedLines(list).map((line) => itemOf(list, line));

/** As the file has them: a code and a name first, tabs between. */
export const listedLines = (list: CodeList): readonly string[] => [...new Set(linesOf(list).values())];

export function itemOf(list: CodeList, line: string): ListedCode {
  if (list === 'communes') return communeOf(line);
  if (list === 'languages') return languageOf(line);
  const [code = '', name = ''] = line.split('\t');
  return { code, name };
}

/** Read when first asked for: who never asks for communes does not keep them in memory. */
function linesOf(list: CodeList): ReadonlyMap<string, string> {
  const known = loaded.get(list);
  if (known) return known;
  const [, ...lines] = readFileSync(join(DATA, `${list}.tsv`), 'utf8')
    .trimEnd()
    .split('\n');
  const byCode = new Map(lines.map((line) => [line.slice(0, line.indexOf('\t')), line]));
  if (list === 'languages') {
    for (const line of lines) {
      const [, , short] = line.split('\t');
      if (short) byCode.set(short, line);
    }
  }
  loaded.set(list, byCode);
  return byCode;
}

function communeOf(line: string): ListedCode {
  const [code = '', name = '', kind, departement = '', postalCodes] = line.split('\t');
  return {
    code,
    name,
    kind: kind as CommuneKind,
    departement,
    postalCodes: postalCodes ? postalCodes.split(' ') : [],
  };
}

/** Under the code with two letters where there is one. */
function languageOf(line: string): ListedCode {
  const [long = '', english = '', short] = line.split('\t');
  const code = short || long;
  french ??= new Intl.DisplayNames('fr', { type: 'language', fallback: 'none' });
  return { code, name: french.of(code) ?? english, ...(short && { alsoCode: long }) };
}

/** ICU's, which Node brings along: there is a French name for some hundred languages. */
let french: Intl.DisplayNames | undefined;
