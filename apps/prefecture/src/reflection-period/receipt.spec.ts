import { INFORMATION, LANGUAGES } from './information-texts';
import { isPrintable, printReceipt } from './receipt';

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
});
