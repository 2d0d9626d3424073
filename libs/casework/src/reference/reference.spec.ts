import { CODE_LISTS, codedFieldsOf, NoticeIssuedV2, parsePayload } from '@liaison/contracts';
import { aNotice } from '@liaison/testing';
import { departementOfCommune, isListed, listedCodes } from './code-lists';
import { referenceProblems } from './reference-problems';
import { searchReference } from './reference-search';

const problems = (content: Partial<NoticeIssuedV2>) => referenceProblems(NoticeIssuedV2, aNotice(content));
const names = async (...[list, query]: Parameters<typeof searchReference>) =>
  (await searchReference(list, query)).map(({ code, name }) => `${code} ${name}`);

describe('lists of codes', () => {
  it('hold what France and ISO have, overseas included', () => {
    const sizes = Object.fromEntries(CODE_LISTS.map((list) => [list, [...listedCodes(list)].length]));
    expect(sizes).toMatchObject({ departements: 107, countries: 250, nationalities: 246 });
    expect(sizes['communes']).toBeGreaterThan(36_000);
    expect(sizes['languages']).toBeGreaterThan(7_800);
    for (const code of [
      '971',
      '972',
      '973',
      '974',
      '975',
      '976',
      '977',
      '978',
      '986',
      '987',
      '988',
      '2A',
      '2B',
    ]) {
      expect([code, isListed('departements', code)]).toEqual([code, true]);
    }
    expect(departementOfCommune('97302')).toBe('973');
    expect(departementOfCommune('98818')).toBe('988');
    expect(departementOfCommune('75118')).toBe('75');
    expect(departementOfCommune('2A004')).toBe('2A');
  });

  it('fit the form that the contract holds each field to', () => {
    const refused = CODE_LISTS.flatMap((list) =>
      [...listedCodes(list)]
        .filter((_, index, { length }) => length < 300 || index % 97 === 0)
        .filter(({ code, alsoCode }) => [code, alsoCode].some((one) => one && !accepted(list, one)))
        .map(({ code }) => `${list} ${code}`),
    );
    expect(refused).toEqual([]);
  });

  it('are those of the fields of a notice that hold codes', () => {
    expect(codedFieldsOf(NoticeIssuedV2).map(({ path, list }) => `${path}: ${list}`)).toEqual([
      'procedure.departement: departements',
      'civilStatus.real.birthCountry: countries',
      'civilStatus.real.birthCommune: communes',
      'civilStatus.real.nationalities: nationalities',
      'civilStatus.declared.birthCountry: countries',
      'civilStatus.declared.nationalities: nationalities',
      'civilStatus.languages: languages',
      'civilStatus.documents.country: countries',
      'address.communeCode: communes',
      'address.departement: departements',
      'travel.transitCountries: countries',
      'exploitation.places.country: countries',
      'exploitation.places.departement: departements',
      'exploitation.places.communeCode: communes',
    ]);
  });
});

/** A notice with the code in a field of that list passes the contract. */
function accepted(list: (typeof CODE_LISTS)[number], code: string): boolean {
  const content = {
    departements: { address: { departement: code } },
    communes: { address: { communeCode: code } },
    countries: { travel: { transitCountries: [code] } },
    nationalities: { civilStatus: { declared: { nationalities: [code] } } },
    languages: { civilStatus: { declared: { familyName: 'Adeyemi' }, languages: [code] } },
  }[list];
  try {
    parsePayload(NoticeIssuedV2, {
      procedure: { departement: '75' },
      civilStatus: { declared: { sex: 'female' } },
      ...content,
    });
    return true;
  } catch {
    return false;
  }
}

describe('codes in a notice', () => {
  it('are those that exist, of each kind', () => {
    expect(problems({})).toBeUndefined();
    expect(
      problems({
        civilStatus: {
          declared: { familyName: 'Adeyemi', nationalities: ['NG', 'QQ'] },
          languages: ['en', 'qzz', 'pcm', 'und'],
          documents: [{ state: 'none' }, { state: 'lost', country: 'ZZ' }],
        },
        address: { communeCode: '75999' },
      }),
    ).toEqual({
      'civilStatus.declared.nationalities.1': expect.stringMatching(
        /nationality that exists .*\/v1\/reference\/nat/,
      ),
      'civilStatus.languages.1': expect.stringContaining('/v1/reference/languages'),
      'civilStatus.languages.3': expect.stringContaining('language'),
      'civilStatus.documents.1.country': expect.stringContaining('/v1/reference/countries'),
      'address.communeCode': expect.stringContaining('of one that is gone, give the name'),
    });
  });

  it('put a commune in its own département, where one stands beside it', () => {
    const place = 'must be a commune of the département beside it: correct one of them';
    expect(problems({ address: { communeCode: '13055', departement: '75' } })).toEqual({
      'address.communeCode': place,
    });
    expect(problems({ address: { communeCode: '13055' } })).toBeUndefined();
    const places = [
      { communeCode: '97302', departement: '973' },
      { communeCode: '97302', departement: '971' },
    ];
    expect(problems({ exploitation: { places } })).toEqual({ 'exploitation.places.1.communeCode': place });
  });
});

describe('a search in the lists', () => {
  it('finds communes whatever the accents, hyphens and abbreviations, the nearest first', async () => {
    expect(await names('communes', { text: 'st etienne', limit: 2, departement: '42' })).toEqual([
      '42218 Saint-Étienne',
      '42219 Saint-Étienne-le-Molard',
    ]);
    expect((await names('communes', { text: 'L’HAY LES ROSES', limit: 5 }))[0]).toBe("94038 L'Haÿ-les-Roses");
    expect((await names('communes', { text: 'cayenne', limit: 5 }))[0]).toBe('97302 Cayenne');
    expect((await names('communes', { text: '97400', limit: 5 }))[0]).toBe('97411 Saint-Denis');
    expect(await names('communes', { text: '2a004', limit: 5 })).toEqual(['2A004 Ajaccio']);
    expect(await names('communes', { text: 'paris 18', limit: 5 })).toEqual([
      '75118 Paris 18e Arrondissement',
    ]);
    expect(await names('communes', { text: 'nowhere at all', limit: 5 })).toEqual([]);
  });

  it('finds countries, nationalities and languages in French', async () => {
    expect((await names('countries', { text: 'cote', limit: 5 }))[0]).toBe("CI Côte-d'Ivoire");
    expect((await names('nationalities', { text: 'nigerian', limit: 5 }))[0]).toBe('NG Nigérian');
    expect((await names('languages', { text: 'roumain', limit: 5 }))[0]).toBe('ro roumain');
    expect((await names('languages', { text: 'ron', limit: 5 }))[0]).toBe('ro roumain');
    expect((await names('languages', { text: 'pidgin nig', limit: 5 }))[0]).toMatch(/^pcm /);
    expect(await names('departements', { text: '', limit: 300 })).toHaveLength(107);
  });
});
