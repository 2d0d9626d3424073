import type { Sql } from '@liaison/messaging';
import { foldName, namePartsOf, soundOf } from '../names/fold-name';

/** Fields that hold names: found by their words, in whatever script, and by how they sound. */
const NAMES = new Set([
  ...['real', 'declared'].flatMap((identity) =>
    ['familyName', 'givenNames', 'nativeName'].map((name) => `civilStatus.${identity}.${name}`),
  ),
  'civilStatus.declared.aliases',
]);
/** Fields that are found as they are written, but for case and punctuation. */
const CODES = new Set([
  'civilStatus.real.birthDate',
  'civilStatus.declared.birthDate',
  'civilStatus.documents.number',
  'contact.phone',
  'procedure.reference',
]);

/** Everything that is searched: whether a reader may is for the policy to say, case by case. */
export const SEARCHED_PATHS: readonly string[] = [...NAMES, ...CODES];

/** Below this many consonants too many names sound alike. */
const TELLING_SOUND = 3;
const MOST_TERMS = 400;

export interface SearchTerm {
  readonly path: string;
  readonly term: string;
  readonly sound: string | null;
}

/** What a document is found by. */
export function searchTermsOf(content: unknown): readonly SearchTerm[] {
  const terms = new Map<string, SearchTerm>();
  const add = (path: string, term: string, sound: string | null) => {
    if (term !== '') terms.set(`${path} ${term}`, { path, term, sound });
  };
  for (const path of SEARCHED_PATHS) {
    for (const value of valuesAt(content, path.split('.'))) {
      if (CODES.has(path)) {
        add(path, codeOf(value), null);
        continue;
      }
      const parts = namePartsOf(value);
      for (const part of parts) add(path, part, tellingSound(part));
      if (parts.length > 1) add(path, parts.join(''), null);
    }
  }
  return [...terms.values()].slice(0, MOST_TERMS);
}

/** One word that is looked for: terms from `from` (inclusive) to `to`, or of the same sound. */
export interface Needle {
  readonly from: string;
  readonly to: string;
  readonly sound: string | null;
}

/** What somebody types; each of the words has to be found, in any order. Nothing where there is no word long enough. */
export function needlesOf(query: string): readonly Needle[] {
  const needles = query
    .trim()
    .split(/\s+/)
    .flatMap((word) => {
      const [, day, month, year] = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(word) ?? [];
      if (day && month && year) return [exactly(`${year}${month.padStart(2, '0')}${day.padStart(2, '0')}`)];
      if (/\d/.test(word)) return [exactly(codeOf(word))];
      return namePartsOf(word).map((part) => ({ ...exactly(part), sound: tellingSound(part) }));
    });
  return needles.filter(({ from }) => from.length >= 2).slice(0, MOST_WORDS);
}

const MOST_WORDS = 8;

/** Terms are ASCII: nothing that begins with the word comes after it with a tilde. */
const exactly = (word: string): Needle => ({ from: word, to: `${word}~`, sound: null });

const codeOf = (value: string): string => foldName(value).replaceAll(' ', '');

function tellingSound(part: string): string | null {
  const sound = soundOf(part);
  return sound.length >= TELLING_SOUND ? sound : null;
}

function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((item) => valuesAt(item, name === undefined ? [] : [name, ...rest]));
  if (name === undefined) return typeof value === 'string' ? [value] : [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  return valuesAt((value as Record<string, unknown>)[name], rest);
}

export interface SearchedDocument {
  readonly id: string;
  readonly caseId: string;
  readonly unit: string;
  readonly content: unknown;
}

/** In the transaction that stores the documents. They MUST be new, or forgotten before. */
export async function storeSearchTerms(sql: Sql, documents: readonly SearchedDocument[]): Promise<void> {
  const rows = documents.flatMap(({ content, ...of }) =>
    searchTermsOf(content).map((term) => ({ ...of, ...term })),
  );
  if (rows.length === 0) return;
  await sql.query(
    `INSERT INTO desk.search_term (unit, case_id, document, path, term, sound)
     SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[])`,
    [
      rows.map(({ unit }) => unit),
      rows.map(({ caseId }) => caseId),
      rows.map(({ id }) => id),
      rows.map(({ path }) => path),
      rows.map(({ term }) => term),
      rows.map(({ sound }) => sound),
    ],
  );
}

/** SQL: what documents (`$1`) are found by, of these fields (`$2`). */
export const FORGET_TERMS_OF =
  'DELETE FROM desk.search_term WHERE document = ANY ($1::uuid[]) AND path = ANY ($2::text[])';

/** In the transaction that changes or empties the documents. */
export async function forgetSearchTerms(sql: Sql, documents: readonly string[]): Promise<void> {
  await sql.query('DELETE FROM desk.search_term WHERE document = ANY ($1::uuid[])', [documents]);
}
