import fc from 'fast-check';
import { linesOf, printable, runsOf, visualOrder } from './lines';

const widthOf = (text: string) => [...text].length;

describe('lines of a printed page', () => {
  it('hold every word in order, and are never wider than the page', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'é', 'ж', '李'), minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 3, max: 40 }), (words, width) => {
        const lines = linesOf(words.join('  '), width, widthOf);
        expect(lines.flat().join('')).toBe(words.join(''));
        for (const line of lines) expect(widthOf(line.join(' '))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('lose no character that the fonts do not have', () => {
    const latin = (character: string) => character < '\u0250';
    expect(printable('Li 李梅, e\u0301', latin)).toBe('Li ‹U+674E›‹U+6885›, é');
  });

  it('are written with the fewest fonts that have all of it', () => {
    const fontOf = (character: string) => (character < '\u0250' ? 'latin' : 'han');
    expect(runsOf('Li 李梅, 2', fontOf)).toEqual([
      { font: 'latin', text: 'Li ' },
      { font: 'han', text: '李梅' },
      { font: 'latin', text: ', 2' },
    ]);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '李', '\u{20BB7}') }), (text) => {
        expect(
          runsOf(text, fontOf)
            .map((run) => run.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });

  it('keep a mark with its letter, in the font of that and on its line', () => {
    const fontOf = (character: string, beside?: string) =>
      character === '\u200D' ? (beside ?? 'latin') : character < '\u0250' ? 'latin' : 'sinhala';
    expect(runsOf('a \u0DC1\u200D\u0DBB', fontOf)).toEqual([
      { font: 'latin', text: 'a ' },
      { font: 'sinhala', text: '\u0DC1\u200D\u0DBB' },
    ]);
    const marked = 'ผู้'.repeat(4);
    expect(linesOf(marked, 7, widthOf)).toEqual([['ผู้ผู้'], ['ผู้ผู้']]);
  });

  it('turn the words of Arabic and Hebrew round, and nothing else', () => {
    expect(visualOrder(['Nom', 'فاطمة', 'بنت', '12', 'علي', '(née', 'Ali)'])).toEqual([
      'Nom',
      'علي',
      '12',
      'بنت',
      'فاطمة',
      '(née',
      'Ali)',
    ]);
    expect(visualOrder(['שרה', '7', 'rue'])).toEqual(['שרה', '7', 'rue']);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '1', 'é', '–')), (words) => {
        expect(visualOrder(words)).toEqual(words);
      }),
    );
  });
});
