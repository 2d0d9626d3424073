/** What a part of a text might say of a person, a place or a case. */
export type Suspicion = 'name' | 'address' | 'case' | 'number' | 'contact' | 'unreadable';

export interface Suspected {
  readonly suspicion: Suspicion;
  /** Of the text in its composed form (NFC), from 1, both ends included: the words themselves are not repeated. */
  readonly from: number;
  readonly to: number;
}

/**
 * Parts of a text that might name somebody, say where somebody is or which case it is about (R31), in their order.
 *
 * It stops too much rather than too little: capital letters other than those of ordinary beginnings and of a few services, four digits
 * and more, numbers spelled out in a row, words of addresses, of civil status and of procedure, addresses of the net, letters that are
 * not Latin, signs that nobody sees. A name in small letters it cannot tell from a word.
 */
export function suspectedParts(given: string): readonly Suspected[] {
  const text = given.normalize('NFC');
  const found = [
    ...matches(text, UNREADABLE, 'unreadable'),
    ...matches(text, CONTACT, 'contact'),
    ...matches(text, DIGITS, 'number').filter(({ from, to }) => tellingDigits(text.slice(from - 1, to))),
    ...matches(text, SPELLED_NUMBERS, 'number'),
    ...words(text).flatMap(({ word, from, to, begins }): Suspected[] => {
      const plain = fold(word);
      const suspicion = WORDS.get(plain) ?? (isName(word, plain, begins) ? 'name' : undefined);
      return suspicion ? [{ suspicion, from, to }] : [];
    }),
  ];
  return found.sort((a, b) => a.from - b.from || b.to - a.to);
}

/** What to write instead, for whoever is stopped. */
export const ADVICE: Readonly<Record<Suspicion, string>> = {
  name: 'may be a name: leave it out, or write an ordinary word in small letters',
  address: 'may say where: the département is all that is told of the place',
  case: 'is of the case or the procedure: say what is to be ready, not why',
  number:
    'may be a telephone number, a date, a postcode or a number of a case: numbers have three digits at most here',
  contact: 'is an address of the net: whoever asks back does so through the contact point',
  unreadable: 'has signs that are not seen, or letters that are not Latin: write it in plain letters',
};

function matches(text: string, pattern: RegExp, suspicion: Suspicion): Suspected[] {
  return [...text.matchAll(pattern)].map(({ index, 0: found }) => ({
    suspicion,
    from: index + 1,
    to: index + found.length,
  }));
}

/** Letters that are not Latin, marks without a letter of their own, everything that has no width or no meaning. */
const UNREADABLE =
  /(?:(?!\p{Script=Latin})\p{L}|[\p{Cf}\p{Cc}\p{Co}\p{Cn}\p{Cs}\p{M}\p{So}\p{Nl}\p{No}]|[Ａ-Ｚａ-ｚ\u{1D400}-\u{1D7FF}])+/gu;
const CONTACT = /\S*(?:@|:\/\/|www\.)\S*|[\p{L}\p{Nd}-]+\.\p{L}{2,}(?:\/\S*)?/giu;
/** Digits with anything between them that people put there. */
const DIGITS = /\p{Nd}(?:[\s.,:;/\\_()+–—-]*\p{Nd})*/gu;
const MAX_DIGITS = 3;
const tellingDigits = (digits: string): boolean =>
  (digits.match(/\p{Nd}/gu) ?? []).length > MAX_DIGITS ||
  /[/\\_]/.test(digits) ||
  /(?![0-9])\p{Nd}/u.test(digits);

const NUMBER_WORDS =
  'z[eé]ro|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|cent|mille|one|two|three|four|five|seven|eight|nine';
const SPELLED_NUMBERS = new RegExp(
  `(?<!\\p{L})(?:${NUMBER_WORDS})(?:[\\s,.-]+(?:et[\\s-]+)?(?:${NUMBER_WORDS})(?!\\p{L})){2,}`,
  'giu',
);

interface Word {
  readonly word: string;
  readonly from: number;
  readonly to: number;
  /** Of the text or of a sentence. */
  readonly begins: boolean;
}

/** An elision is a word of its own: `l’interprète`. */
function words(text: string): Word[] {
  return [...text.matchAll(/\p{L}[\p{L}\p{M}]*/gu)].map(({ index, 0: word }) => ({
    word,
    from: index + 1,
    to: index + word.length,
    begins: /(?:^|[.!?…])\s*$/u.test(text.slice(0, index)),
  }));
}

const fold = (word: string): string =>
  word.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('œ', 'oe');

const isName = (word: string, plain: string, begins: boolean): boolean =>
  /[\p{Lu}\p{Lt}]/u.test(word) &&
  !SERVICES.has(word) &&
  !(begins && BEGINNINGS.has(plain) && /^\p{Lu}\P{Lu}*$/u.test(word));

const listed = (text: string): string[] => text.trim().split(/\s+/);

/** Abbreviations that everybody here knows, and that name nobody. */
const SERVICES = new Set(listed('AFJ ASE CHRS CMU FLE LSF MIPROF OFII OFPRA OIM PASS PMI SAMU SIAO UMJ'));

/** Words that sentences of this kind begin with. Whatever else has a capital letter might be a name. */
const BEGINNINGS = new Set(
  listed(`
    a accueil accueillir ainsi alors apres arrivee arrivees au aucun aucune aussi autant aux avant avec avoir besoin besoins ce ces
    cette chambre chambres couchages dans de demander des deux disposer du elle elles en environ etre eviter faire famille
    familles femmes garder groupe hommes il ils interprete interpretes interpretation jour la le les lits mettre merci mineurs ne
    nourrissons nous nuit on ou par pas permanence personne personnes places plusieurs possible pour preparer presence
    prevenir prevoir probablement quelques repas reserver sans se selon separer si soins sont sous tous toutes transport trois un une
    vers vetements vous
    a an and any beds children clothes expect families food for have interpreters keep meals men no one people places please
    prepare rooms some the there three two we with without women you`),
);

const WORDS: ReadonlyMap<string, Suspicion> = new Map<string, Suspicion>([
  ...listed(`
    rue avenue boulevard bd allee impasse chemin quai square ruelle route autoroute rond faubourg lotissement residence hotel
    immeuble batiment etage appartement digicode interphone gare metro arrondissement quartier camping squat bar cafe salon
    domicile adresse parking aeroport street road lane building floor apartment flat address station district airport`).map(
    (word): [string, Suspicion] => [word, 'address'],
  ),
  ...listed(`
    procedure enquete enqueteur instruction parquet procureur juge pv dossier affaire perquisition interpellation interpeller
    suspect suspects suspecte reseau proxenete proxenetisme commission requisition surveillance filature
    plaignante plaignant temoin mandat arrestation cible cibles case file investigation suspected network warrant arrest
    prosecutor witness target raid`).map((word): [string, Suspicion] => [word, 'case']),
  ...listed(`
    monsieur madame mademoiselle mr mme mlle mrs alias dit dite surnomme surnommee nomme nommee prenomme prenommee nom prenom
    appelle appelee nee named called nickname name`).map((word): [string, Suspicion] => [word, 'name']),
]);
