import fc from 'fast-check';
import { foldName, namePartsOf, soundOf } from './fold-name';
import { likenessOf, nameKeysOf, type WrittenName } from './likeness';

describe('the normal form of a name', () => {
  it.each([
    ['Éléonore ŒUVRARD-Çelik', 'eleonore oeuvrard celik'],
    ['  d’Almeida,  JOÃO ', 'dalmeida joao'],
    ["N'Diaye", 'ndiaye'],
    ['N’DIAYE', 'ndiaye'],
    ['Şerban Ţîrle', 'serban tirle'],
    ['Nguyễn Thị Hồng', 'nguyen thi hong'],
    ['Ẹniọlá', 'eniola'],
    ['Łukasz Żółć', 'lukasz zolc'],
    ['Цветелина Иванова', 'tsvetelina ivanova'],
    ['Ελένη', 'eleni'],
    ['李小龙', 'li xiaolong'],
    ['欧阳娜娜', 'ouyang nana'],
    ['محمد الأمين', 'mhmd myn'],
    ['', ''],
    ['---', ''],
  ])('%s is %s', (name, folded) => {
    expect(foldName(name)).toBe(folded);
  });

  it('does not change what is in it already, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const folded = foldName(name);
        expect(folded).toMatch(/^([a-z0-9]+( [a-z0-9]+)*)?$/);
        expect(foldName(folded)).toBe(folded);
      }),
    );
  });

  it('is the same for a name composed and decomposed', () => {
    const name = fc.string({ unit: fc.constantFrom(...'aéèêëïîôöùûüÿçœæñãőșțłżấộ -’'), maxLength: 30 });
    fc.assert(
      fc.property(name, (text) =>
        expect(foldName(text.normalize('NFD'))).toBe(foldName(text.normalize('NFC'))),
      ),
    );
  });

  it('leaves particles out of the parts, unless there is nothing else', () => {
    expect(namePartsOf('María de la Cruz')).toEqual(['maria', 'cruz']);
    expect(namePartsOf('Fatima ben Ali')).toEqual(['fatima', 'ali']);
    expect(namePartsOf('Le Van')).toEqual(['le', 'van']);
  });

  it.each([
    ['Mohammed', 'محمد'],
    ['Muhammad', 'Mohamed'],
    ['Youssef', 'يوسف'],
    ['Khaled', 'خالد'],
    ['Chaïma', 'شيماء'],
    ['Fatima', 'فاطمة'],
    ['Yuliya', 'Юлия'],
    ['Papadopoulou', 'Παπαδοπούλου'],
    ['Tsvetelina', 'Цветелина'],
    ['Tchernenko', 'Черненко'],
  ])('%s sounds as %s', (one, other) => {
    expect(soundOf(foldName(one))).toBe(soundOf(foldName(other)));
  });
});

const name = (family: string, ...given: string[]): WrittenName => ({ family, given });
const line = (whole: string): WrittenName => ({ whole });

describe('names that are alike', () => {
  it.each([
    [name('Adeyemi', 'Joy'), name('ADÉYÈMI', 'joy'), 'same'],
    [name('Adeyemi', 'Joy'), name('Joy', 'Adeyemi'), 'swapped'],
    [name('Adeyemi', 'Joy'), line('Joy Adeyemi'), 'same'],
    [name('Li', 'Xiaolong'), line('李小龙'), 'same'],
    [name('Li', 'Xiao', 'Long'), line('李小龙'), 'same'],
    [name('Xiao Long', 'Li'), line('李小龙'), 'swapped'],
    [name('Ivanova', 'Elena'), line('Елена Иванова'), 'same'],
    [name('de Souza', 'Ana'), name('Souza', 'Ana'), 'same'],
    [name('Adeyemi', 'Joy', 'Blessing'), name('Adeyemi', 'Joy'), 'part'],
    [name('El Amin', 'Mohammed'), line('محمد الأمين'), 'sound'],
    [name('Diallo', 'Aïssatou'), name('Dialo', 'Aissatu'), 'sound'],
    [line('Princess'), line('princess'), 'same'],
    [name('Adeyemi', 'Joy'), name('Adeyemi', 'Mercy'), undefined],
    [name('Adeyemi', 'Joy'), line('Joy'), undefined],
    [name('Li', 'Xue'), name('Lu', 'Xia'), undefined],
    [name(''), name(''), undefined],
  ])('%j and %j: %s', (one, other, likeness) => {
    expect(likenessOf(one, other)).toBe(likeness);
    expect(likenessOf(other, one)).toBe(likeness);
    if (likeness) expect(nameKeysOf(one).some((key) => nameKeysOf(other).includes(key))).toBe(true);
  });

  it('are found by a key that they share, and are alike in both directions', () => {
    const part = fc.constantFrom(
      'Joy',
      'Adeyemi',
      'El',
      'Amin',
      'Muhammad',
      'Mohammed',
      '李小龙',
      'Li',
      'Xiao',
      'Long',
      'Éva',
    );
    const written = fc.oneof(
      fc.record({ family: part, given: fc.array(part, { maxLength: 3 }) }),
      fc.record({ whole: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')) }),
    );
    fc.assert(
      fc.property(written, written, (one, other) => {
        const likeness = likenessOf(one, other);
        expect(likenessOf(other, one)).toBe(likeness);
        const keys = nameKeysOf(other);
        if (likeness) expect(nameKeysOf(one).filter((key) => keys.includes(key))).not.toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
