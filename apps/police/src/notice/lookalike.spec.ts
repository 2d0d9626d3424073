import type { CivilStatusSeen } from './lookalike';
import { lookalike, lookupKeysOf } from './lookalike';

const declared = (familyName: string, givenName: string, more: object = {}): CivilStatusSeen => ({
  declared: { familyName, givenNames: [givenName], ...more },
});
const JOY = declared('Adeyemi', 'Joy', { birthDate: '2001-06-14' });
const NONE = undefined;

describe('two notices that may be about one person', () => {
  it.each<[string, CivilStatusSeen, CivilStatusSeen, readonly string[] | undefined]>([
    ['the same, with accents', JOY, declared('ADÉYÈMI', 'joy'), ['same-name']],
    ['another birth date', JOY, declared('Adeyemi', 'Joy', { birthDate: '1999-01-01' }), ['same-name']],
    [
      'swapped, the same year',
      JOY,
      declared('Joy', 'Adeyemi', { birthDate: '2001' }),
      ['names-swapped', 'same-birth-year'],
    ],
    ['a second given name', JOY, declared('Adeyemi', 'Joy Blessing'), ['part-of-name']],
    [
      'a second given name, another year',
      JOY,
      declared('Adeyemi', 'Joy Blessing', { birthDate: '1990' }),
      NONE,
    ],
    [
      'another family name, the same day',
      JOY,
      declared('Okoro', 'Joy', { birthDate: '2001-06-14' }),
      ['part-of-name', 'same-birth-date'],
    ],
    ['another family name', JOY, declared('Okoro', 'Joy'), NONE],
    ['another name, the same day', JOY, declared('Okoro', 'Mercy', { birthDate: '2001-06-14' }), NONE],
    ['an alias', JOY, declared('Okoro', 'Mercy', { aliases: ['Joy Adeyemi'] }), ['same-name', 'alias']],
    [
      'an alias of one word',
      declared('Okoro', 'A', { aliases: ['Princess'] }),
      declared('Obi', 'B', { aliases: ['princess'] }),
      NONE,
    ],
    ['another script', declared('Li', 'Xiaolong'), { real: { nativeName: '李小龙' } }, ['same-name']],
    [
      'the consonants of another script',
      declared('El Amin', 'Mohammed'),
      { declared: { nativeName: 'محمد الأمين' } },
      ['similar-name'],
    ],
    [
      'the real name of who declared another',
      { ...JOY, real: { familyName: 'Okafor', givenNames: ['Grace'] } },
      declared('Okafor', 'Grace'),
      ['same-name'],
    ],
    [
      'an age band is no birth date',
      declared('Osei', 'Ama', { birthDate: '18-24' }),
      declared('Osei', 'Ama', { birthDate: '18-24' }),
      ['same-name'],
    ],
    ['nothing known of either', {}, undefined, NONE],
  ])('%s', (_, one, other, reasons) => {
    expect(lookalike(one, other)).toEqual(reasons);
    expect(lookalike(other, one)).toEqual(reasons);
    const shared = lookupKeysOf(one).filter((key) => lookupKeysOf(other).includes(key));
    if (reasons) expect(shared).not.toEqual([]);
  });

  it('are looked up by a bounded number of keys', () => {
    const aliases = Array.from(
      { length: 20 },
      (_, index) => `B${index} C${index} D${index} F${index} G${index}`,
    );
    expect(lookupKeysOf(declared('A', 'B', { aliases })).length).toBeLessThanOrEqual(100);
  });
});
