import {
  type Likeness,
  likenessOf,
  nameKeysOf,
  namePartsOf,
  soundOf,
  type WrittenName,
} from '@liaison/casework';
import type { NoticeIssuedV2 } from '@liaison/contracts';

/** The part of a notice that says who somebody is; anything may be missing, or withheld from who compares. */
export type CivilStatusSeen = Partial<NoticeIssuedV2['civilStatus']> | undefined;

/** Why two notices may be about one person. */
export const LOOKALIKE_REASONS = [
  'same-name',
  'names-swapped',
  'part-of-name',
  'similar-name',
  'alias',
  'same-birth-date',
  'same-birth-year',
] as const;
export type LookalikeReason = (typeof LOOKALIKE_REASONS)[number];

interface Person {
  readonly names: readonly { readonly name: WrittenName; readonly alias: boolean }[];
  /** As precise as they are known: years, months, days. */
  readonly births: readonly string[];
}

type Births = 'same-date' | 'same-year' | 'unknown' | 'different';

/**
 * Why they may be one person; nothing where there is no reason to ask. The same name in whatever script is one, whatever
 * the birth dates, for people are told to give another; a name that is only near needs dates that do not contradict it;
 * and so does a single word, which must have the birth in common.
 */
export function lookalike(
  one: CivilStatusSeen,
  other: CivilStatusSeen,
): readonly LookalikeReason[] | undefined {
  const [a, b] = [personOf(one), personOf(other)];
  const births = birthsOf(a.births, b.births);
  const alike = a.names
    .flatMap(({ name, alias }) =>
      b.names.map((second) => ({ like: likenessOf(name, second.name), alias: alias || second.alias, name })),
    )
    .filter(({ like, name }) => like !== undefined && tells(like, name, births))
    .sort((x, y) => strength(x.like) - strength(y.like) || Number(x.alias) - Number(y.alias))[0];
  const birth =
    births === 'same-date' || births === 'same-year'
      ? ([`same-birth-${births.slice(5)}`] as LookalikeReason[])
      : [];
  if (alike?.like) return [REASON[alike.like], ...(alike.alias ? (['alias'] as const) : []), ...birth];
  return births === 'same-date' && shareWord(a, b) ? ['part-of-name', 'same-birth-date'] : undefined;
}

/** What a notice is looked up by: two that look alike have one of them in common. */
export function lookupKeysOf(civilStatus: CivilStatusSeen): readonly string[] {
  const { names, births } = personOf(civilStatus);
  const sounds = [...new Set(wordsOf(names).map(soundOf))].slice(0, MOST_WORDS);
  const dates = births.filter((birth) => DAY.test(birth));
  return [
    ...new Set([
      ...names.flatMap(({ name }) => nameKeysOf(name)),
      ...sounds.flatMap((sound) => dates.map((date) => `${sound} ${date}`)),
    ]),
  ].slice(0, MOST_KEYS);
}

const REASON: Readonly<Record<Likeness, LookalikeReason>> = {
  same: 'same-name',
  swapped: 'names-swapped',
  part: 'part-of-name',
  sound: 'similar-name',
};
const ORDER = Object.keys(REASON);
const strength = (like: Likeness | undefined): number => ORDER.indexOf(like ?? '');

/** Twenty aliases of ten words would be a notice that looks like every other. */
const MOST_WORDS = 12;
const MOST_KEYS = 100;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const YEAR = /^\d{4}(-\d{2}){0,2}$/;

function personOf(civilStatus: CivilStatusSeen): Person {
  const { real, declared } = civilStatus ?? {};
  const written = [real, declared].flatMap((identity) => [
    { family: identity?.familyName, given: identity?.givenNames },
    { whole: identity?.nativeName },
  ]);
  const names = written.filter(({ family, given, whole }) => family ?? given ?? whole) as WrittenName[];
  return {
    names: [
      ...names.map((name) => ({ name, alias: false })),
      ...(declared?.aliases ?? []).map((whole) => ({ name: { whole }, alias: true })),
    ],
    births: [real?.birthDate, declared?.birthDate].filter(
      (birth) => birth !== undefined && YEAR.test(birth),
    ) as string[],
  };
}

function birthsOf(one: readonly string[], other: readonly string[]): Births {
  if (one.length === 0 || other.length === 0) return 'unknown';
  if (one.some((birth) => DAY.test(birth) && other.includes(birth))) return 'same-date';
  const years = other.map((birth) => birth.slice(0, 4));
  return one.some((birth) => years.includes(birth.slice(0, 4))) ? 'same-year' : 'different';
}

function tells(like: Likeness | undefined, name: WrittenName, births: Births): boolean {
  if (wordsOf([{ name }]).length === 1) return births === 'same-date' || births === 'same-year';
  return like === 'same' || like === 'swapped' || births !== 'different';
}

const wordsOf = (names: readonly { readonly name: WrittenName }[]): readonly string[] =>
  names.flatMap(({ name: { family = '', given = [], whole = '' } }) =>
    namePartsOf([family, ...given, whole].join(' ')),
  );

const shareWord = (a: Person, b: Person): boolean => {
  const words = new Set(wordsOf(b.names));
  return wordsOf(a.names).some((word) => words.has(word) && word.length > 1);
};
