import { isPrintable } from '@liaison/casework';
import { informationIn, informationPage } from './information';
import { INFORMATION, type Language, LANGUAGES } from './information-texts';
import { printReceipt } from './receipt';

const A_RECEIPT = {
  number: '75-2026-00017',
  prefecture: 'Préfecture de police de Paris',
  holder: {
    familyName: 'Ñandú-Œuvrard',
    givenNames: 'Ștefania Zoë Ÿ',
    birthDate: '2001-06',
    nationality: 'RO',
  },
  from: '2026-11-18',
  lastDay: '2026-12-18',
  article: 'CESEDA R425-2',
  openedAt: new Date('2026-11-18T09:42:18.011Z'),
};

describe('the receipt', () => {
  it('has every letter of French, of the languages of the Union, and of Cyrillic', async () => {
    const letters =
      'ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸàâäæçéèêëîïôöœùûüÿ ÁÍÑÓÚñ ĂÂÎȘȚăâîșț ŠŽĐĆČ ŁŚŻŹŃĄĘ ÅØ ÃÕ ẸỌṢẹọṣ ạếữ Ивайло Ђорђе Γιώργος ’-';
    expect(await isPrintable(letters)).toBe(true);
    expect(await isPrintable('é')).toBe(true);
  });

  it('says which scripts it cannot print, rather than print boxes or words in the wrong order', async () => {
    expect(await Promise.all(['李梅', 'فاطمة', 'שרה', 'ひかり'].map(isPrintable))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('is the same document whenever it is printed, and another for another number', async () => {
    const [first, second] = [await printReceipt(A_RECEIPT), await printReceipt(A_RECEIPT)];
    expect(first.equals(second)).toBe(true);
    expect(first.equals(await printReceipt({ ...A_RECEIPT, number: '75-2026-00018' }))).toBe(false);
    expect(first.toString('latin1')).toContain('/Lang (fr-FR)');
  });
});

describe('the information for the person', () => {
  it('says the same in every language: as many paragraphs, the same days and the same address', () => {
    for (const language of LANGUAGES) {
      const { paragraphs } = INFORMATION[language];
      expect(paragraphs).toHaveLength(INFORMATION.fr.paragraphs.length);
      const marks = paragraphs.map((paragraph) => (paragraph.match(/\{\w+\}/g) ?? []).sort());
      expect(marks).toEqual(
        INFORMATION.fr.paragraphs.map((paragraph) => (paragraph.match(/\{\w+\}/g) ?? []).sort()),
      );
    }
  });

  const RECEIPT = { from: '2026-11-18', until: '2026-12-18', prefecture: 'Préfecture de police de Paris' };
  const SCRIPTS: Readonly<Partial<Record<Language, RegExp>>> = {
    bg: /\p{Script=Cyrillic}/u,
    zh: /\p{Script=Han}/u,
    ar: /\p{Script=Arabic}/u,
  };

  it.each(LANGUAGES)('is a page in %s, whole, in its own script and direction', (language) => {
    const information = informationIn(language, RECEIPT);
    const { direction, title, paragraphs } = information;
    const page = informationPage(information);
    expect(page).toContain(`<html lang="${language}" dir="${direction}">`);
    expect(page).toContain('<meta charset="utf-8">');
    const text = [title, ...paragraphs].join('\n');
    // Nothing left to fill in, no mark of a lost character, no letter that a browser would have to put together.
    expect(text).not.toMatch(/[{}\uFFFD]|\.\./);
    expect(text).toBe(text.normalize('NFC'));
    // Joined by whoever shows it: a text in ready-made forms can be neither read aloud nor searched.
    expect(text).not.toMatch(/[\uFB50-\uFDFF\uFE70-\uFEFE]/);
    const script = SCRIPTS[language] ?? /\p{Script=Latin}/u;
    for (const each of [title, ...paragraphs]) expect(each).toMatch(script);
  });

  it.each([
    ['fr', '18\u00a0novembre\u00a02026'],
    ['en', '18\u00a0November\u00a02026'],
    ['es', '18\u00a0de\u00a0noviembre\u00a0de\u00a02026'],
    ['ro', '18\u00a0noiembrie\u00a02026'],
    ['bg', '18\u00a0ноември\u00a02026\u00a0г.'],
    ['zh', '2026年11月18日'],
    ['pt', '18\u00a0de\u00a0novembro\u00a0de\u00a02026'],
    ['ar', '18\u00a0نوفمبر\u00a02026'],
  ] as const)('writes days as they are written in %s, and on one line', (language, day) => {
    expect(informationIn(language, RECEIPT).paragraphs[0]).toContain(day);
  });

  it('has the Romanian letters with a comma below, not those with a cedilla', () => {
    const text = INFORMATION.ro.paragraphs.join('');
    expect(text).toMatch(/[șț]/);
    expect(text).not.toMatch(/[şţŞŢ]/);
  });

  it('keeps the full stop behind a French name in a text from right to left', () => {
    expect(informationIn('ar', RECEIPT).paragraphs.at(-1)).toMatch(
      /\u2068Préfecture de police de Paris\u2069\.$/,
    );
  });
});
