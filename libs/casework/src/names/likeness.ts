import { foldName, namePartsOf, soundOf } from './fold-name';

/** A name as somebody writes it down: what is known to be family and given names, or one line that holds both. */
export interface WrittenName {
  readonly family?: string;
  readonly given?: readonly string[];
  readonly whole?: string;
}

/**
 * How two names are alike. `same`: the same words, in whatever script, accents and order of them. `swapped`: family and
 * given names have changed places. `part`: all words of one are in the other. `sound`: they differ as spellings of one
 * name differ (Mohammed, Muhammad).
 */
export type Likeness = 'same' | 'swapped' | 'part' | 'sound';

/** Below this many consonants, too many names sound alike. */
const TELLING_SOUND = 4;

/** Nothing where they are not alike. A single word is like another single word only. */
export function likenessOf(a: WrittenName, b: WrittenName): Likeness | undefined {
  const [one, other] = [partsOf(a), partsOf(b)];
  if (one.length === 0 || other.length === 0) return undefined;
  if (sorted(one) === sorted(other) || solid(one) === solid(other))
    return changedPlaces(a, b) ? 'swapped' : 'same';
  if (solid(one) === solid(partsOf(turned(b))) || solid(partsOf(turned(a))) === solid(other))
    return 'swapped';
  const [less, more] = one.length < other.length ? [one, other] : [other, one];
  if (less.length > 1 && contains(more, less)) return 'part';
  const [lessSounds, moreSounds] = [less.map(soundOf), more.map(soundOf)];
  if (less.length > 1 && lessSounds.join('').length >= TELLING_SOUND && contains(moreSounds, lessSounds)) {
    return 'sound';
  }
  return undefined;
}

/**
 * What to look names up by in an index: two names that are alike have a key in common, and few others do. A name of one
 * word has the word; compare birth dates before relying on it.
 */
export function nameKeysOf(name: WrittenName): readonly string[] {
  const sounds = partsOf(name).slice(0, MOST_PARTS).map(soundOf).sort();
  const pairs = sounds.flatMap((sound, index) => sounds.slice(index + 1).map((next) => `${sound} ${next}`));
  const solids = [partsOf(name), partsOf(turned(name))].filter((parts) => parts.length > 1).map(solid);
  const single = sounds.length === 1 ? sounds : [];
  return [...new Set([...single, ...pairs, ...solids])];
}

/** Who has more names is found by the first ones. */
const MOST_PARTS = 8;

const partsOf = ({ family = '', given = [], whole = '' }: WrittenName): readonly string[] =>
  namePartsOf([family, ...given, whole].join(' '));

const turned = ({ family = '', given = [], ...whole }: WrittenName): WrittenName => ({
  ...whole,
  family: given.join(' '),
  given: family ? [family] : [],
});

function changedPlaces(a: WrittenName, b: WrittenName): boolean {
  const [family, other] = [a.family, b.family].map((name = '') => foldName(name));
  if (!family || !other || family === other) return false;
  return (
    foldName((b.given ?? []).join(' ')).includes(family) ||
    foldName((a.given ?? []).join(' ')).includes(other)
  );
}

const sorted = (parts: readonly string[]): string => [...parts].sort().join(' ');
const solid = (parts: readonly string[]): string => parts.join('');
const contains = (more: readonly string[], less: readonly string[]): boolean => {
  const left = [...more];
  return less.every((part) => {
    const at = left.indexOf(part);
    if (at < 0) return false;
    left.splice(at, 1);
    return true;
  });
};
