import fc from 'fast-check';
import { suspectedParts } from './names-nobody';

/** Ordinary sentences, as somebody would write what is to be ready. */
const ORDINARY = [
  'Prévoir des couchages séparés et une permanence de nuit.',
  'Une dizaine de personnes, dont deux femmes enceintes ; des interprètes en roumain et en bulgare.',
  'Prévenir l’ASE et le SAMU la veille au soir.',
  'Merci de garder 12 places pendant 72 heures.',
  'Repas sans porc, vêtements chauds. Chambres doubles si possible !',
  'Plusieurs nourrissons : lits et lait en poudre.',
  'Please keep twelve beds, and two interpreters of romanian for the first night.',
];
const NAMES = [
  'Mercy',
  'Blessing Okafor',
  'OKAFOR',
  'Jean-Pierre',
  'D’Angelo',
  'Łucja',
  'Ștefan',
  'Nguyễn',
  'McKay',
  'Zoé',
];
const ADDRESSES = [
  '14 rue des Lilas',
  'boulevard ney',
  'hôtel du nord',
  'HÔTEL',
  'quai de seine',
  'appartement 3',
  'metro barbès',
];
const CASES = ['procédure', 'enquête préliminaire', 'PV', 'dossier', 'proxénétisme', '2026/118', 'network'];
const CONTACTS = ['mercy@example.org', 'https://example.org/x', 'www.example.org', 'example.org'];

const ordinary = fc.constantFrom(...ORDINARY);
/** Something among ordinary words, at any place between two of them, but not as the beginning of a sentence's first word. */
const hidden = (what: fc.Arbitrary<string>) =>
  fc.tuple(ordinary, what, fc.nat()).map(([sentence, found, place]) => {
    const words = sentence.split(' ');
    const at = place % (words.length + 1);
    return { text: [...words.slice(0, at), found, ...words.slice(at)].join(' '), found };
  });

const SEPARATORS = ['', ' ', '.', '-', ' - ', '/', ' . ', '  '];
/** Four digits or more, however somebody spaces them. */
const number = fc
  .tuple(
    fc.stringMatching(/^[0-9]{4,14}$/),
    fc.array(fc.constantFrom(...SEPARATORS), { minLength: 14, maxLength: 14 }),
  )
  .map(([digits, between]) =>
    [...digits].map((digit, index) => (index === 0 ? '' : between[index]) + digit).join(''),
  );

const suspicionsOf = (text: string) => suspectedParts(text).map(({ suspicion }) => suspicion);

describe('a text that must name nobody', () => {
  it.each(ORDINARY)('is left alone where it says what is to be ready: %s', (text) => {
    expect(suspectedParts(text)).toEqual([]);
  });

  it.each([
    ['name', NAMES],
    ['address', ADDRESSES],
    ['case', CASES],
    ['contact', CONTACTS],
  ] as const)('is stopped for a %s, wherever it stands', (suspicion, examples) => {
    fc.assert(
      fc.property(hidden(fc.constantFrom(...examples)), ({ text }) => {
        const found = suspicionsOf(text);
        // `2026/118` is a number before it is a case.
        expect(found.some((each) => each === suspicion || each === 'number')).toBe(true);
      }),
    );
  });

  it('is stopped for any word with a capital letter that is not ordinary, also at the beginning', () => {
    const name = fc
      .tuple(fc.constantFrom(...'BCDFGHJKLMNPQRSTVWXZ'), fc.stringMatching(/^[a-z]{5,12}$/))
      .map(([first, rest]) => `${first}q${rest}`);
    fc.assert(fc.property(hidden(name), ({ text }) => expect(suspicionsOf(text)).toContain('name')));
  });

  it('is stopped for four digits and more, however they are spaced', () => {
    fc.assert(fc.property(hidden(number), ({ text }) => expect(suspicionsOf(text)).toContain('number')));
  });

  it('is stopped for a number that is spelled out', () => {
    expect(suspicionsOf('appeler le zéro six, douze trente-quatre')).toContain('number');
    expect(suspicionsOf('entre deux et trois familles')).toEqual([]);
  });

  it.each([
    'М\u0435rcy',
    'mercy ميرسي',
    'me\u200brcy',
    '０６１２３４５６',
    '𝓂𝑒𝓇𝒸𝓎',
    'ｍｅｒｃｙ',
    '\u0661\u0662\u0663\u0664',
  ])('is stopped for letters and signs that only look harmless: %s', (text) =>
    expect(suspectedParts(text)).not.toEqual([]),
  );

  it('says where, and never repeats the words', () => {
    const parts = suspectedParts('prévenir Mercy avant');
    expect(parts).toEqual([{ suspicion: 'name', from: 10, to: 14 }]);
  });

  it('takes an accent for what it is, composed or not', () => {
    expect(suspectedParts('pre\u0301voir des couchages')).toEqual([]);
  });
});
