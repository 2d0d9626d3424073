import anyAscii from 'any-ascii';

/**
 * The one normal form of names, for whatever searches or compares them. Small Latin letters and digits, words apart by
 * one space; accents, case, hyphens and punctuation do not count, and apostrophes join (O’Brien is `obrien`). Other
 * scripts are romanised: 李小龙 is `li xiaolong`, Борис is `boris`; an Arabic name has its consonants only (محمد is
 * `mhmd`), so that `soundOf` is what finds it.
 */
export function foldName(name: string): string {
  const latin = anyAscii(name.normalize('NFKC').replace(HAN, chineseName).replace(ARABIC_ARTICLE, '$1'));
  return latin
    .toLowerCase()
    .replace(JOINING, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/**
 * The words of a name in its normal form, without particles (de, el, ben, van …), which are written one day and left out
 * the next; a name of nothing but particles keeps them.
 */
export function namePartsOf(name: string): readonly string[] {
  const words = foldName(name).split(' ').filter(Boolean);
  const parts = words.filter((word) => !PARTICLES.has(word));
  return parts.length > 0 ? parts : words;
}

/**
 * What is left of a word of `namePartsOf` when the ways to romanise it no longer tell: its consonants, doubled ones
 * once. Mohammed, Muhammad and محمد are `mhmd`. Two names that share it need something else in common.
 */
export function soundOf(part: string): string {
  const consonants = DIGRAPHS.reduce((word, [from, to]) => word.replaceAll(from, to), part)
    .replace(/[aeiouyw]|(?<=.)h$/g, '')
    .replace(/(.)\1+/g, '$1');
  return consonants || part;
}

/** Apostrophes, and what stands for a letter in romanised Arabic or Georgian. */
const JOINING = /['`´’‘ʼ]/g;

const PARTICLES = new Set(
  (
    'd de du des da do dos das di del della la le les el al ul van von der den ter ben bin bint ibn bent oulad ould ' +
    'mac mc y e'
  ).split(' '),
);

/** In the order in which they are replaced. */
const DIGRAPHS = [
  ['tch', 'sh'],
  ['sch', 'sh'],
  ['ch', 'sh'],
  ['kh', 'k'],
  ['gh', 'g'],
  ['ph', 'f'],
  ['th', 't'],
  ['dh', 'd'],
  ['dj', 'j'],
  ['ts', 's'],
  ['ck', 'k'],
  ['x', 'ks'],
  ['q', 'k'],
  ['c', 'k'],
  ['z', 's'],
  ['v', 'f'],
] as const;

/** The article at the beginning of a word, as `el` and `al` are in Latin script. */
const ARABIC_ARTICLE = /(^|\s)ال(?=\p{Script=Arabic}{2})/gu;

const HAN = /\p{Script=Han}+/gu;
/** Family names of two characters; any other has one, and stands first. */
const LONG_CHINESE_NAMES = [
  '欧阳',
  '歐陽',
  '司马',
  '司馬',
  '上官',
  '诸葛',
  '諸葛',
  '司徒',
  '夏侯',
  '皇甫',
  '尉迟',
  '公孙',
];

function chineseName(name: string): string {
  const family =
    LONG_CHINESE_NAMES.find((long) => name.startsWith(long) && name.length > 2) ?? [...name][0] ?? '';
  return ` ${anyAscii(family)} ${anyAscii(name.slice(family.length))} `;
}
