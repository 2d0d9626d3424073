import { referenceProblems } from '@liaison/casework';
import { EXPLOITATION_FORMS, NoticeIssuedV2, parsePayload } from '@liaison/contracts';
import { readSamples } from './read-samples';

const samples = readSamples();
const contents = samples.map(({ content }) => content);

describe('the sample notices', () => {
  it.each(samples.map((sample) => [sample.title, sample] as const))(
    '%s: is a notice whose codes exist, and says its source',
    (_, { content, source, change }) => {
      const { civilStatus } = { ...change };
      for (const each of [content, ...(civilStatus ? [{ ...content, civilStatus }] : [])]) {
        expect(parsePayload(NoticeIssuedV2, each)).toBeDefined();
        expect(referenceProblems(NoticeIssuedV2, each)).toBeUndefined();
      }
      expect(source).toMatch(/^S[0-2], /);
    },
  );

  it('are twelve or more: adults and minors, both debts that S2 quotes, every form, départements overseas', () => {
    expect(samples.length).toBeGreaterThanOrEqual(12);
    expect(new Set(contents.map(({ vulnerability }) => vulnerability?.minor))).toContain(true);
    expect(new Set(contents.map(({ vulnerability }) => vulnerability?.minor))).toContain(false);
    const debts = contents.map(({ travel }) => travel?.debt?.amount);
    expect(debts).toEqual(expect.arrayContaining([50_000, 70_000]));
    const forms = new Set(contents.flatMap(({ exploitation }) => exploitation?.forms ?? []));
    expect([...forms].sort()).toEqual([...EXPLOITATION_FORMS].sort());
    const overseas = contents
      .map(({ procedure }) => procedure.departement)
      .filter((code) => code.startsWith('9'));
    expect(overseas).toEqual(['973', '976', '988']);
    const become = samples.map(({ becomes }) => becomes);
    expect(new Set(become)).toEqual(new Set(['draft', 'issued', 'amended', 'moved', 'withdrawn']));
    expect(become.filter((each) => each === 'draft').length).toBeGreaterThanOrEqual(3);
  });

  it('have names with every French accent, and in other scripts', () => {
    const names = JSON.stringify(contents.map(({ civilStatus }) => civilStatus))
      .toLowerCase()
      .normalize('NFC');
    for (const letter of 'àâçéèêëîïôùûüÿæœ') expect([letter, names.includes(letter)]).toEqual([letter, true]);
    for (const script of ['Cyrillic', 'Arabic', 'Han', 'Greek']) {
      expect([script, new RegExp(`\\p{Script=${script}}`, 'u').test(names)]).toEqual([script, true]);
    }
  });
});
